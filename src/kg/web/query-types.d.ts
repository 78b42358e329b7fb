// The data of the page Query, as kg.site_query writes them, and what its scripts hand to each other.

interface QueryTerms {
  prefixes: Record<string, string>;
  own: string;
  spaces: [string, string];
  terms: Record<string, string>;
  things: Record<string, string>;
  statements: string[];
  discrepancies: string[];
  figures: string[];
  questions: Record<string, string>;
}

declare const kgQueryTerms: QueryTerms;
/** The address of an endpoint of the same server; empty on the static site. */
declare const kgQueryServer: string;
/** All graphs as TriG, gzip in base64. */
declare const kgQueryData: string;
declare const kgQueryEngineData: { script: string; module: string };

interface QueryPiece {
  kind: string;
  text: string;
  start: number;
}

interface QueryParameter {
  name: string;
  default: string;
  meaning: string;
}

interface QueryPlace {
  line: number;
  column: number;
}

interface QueryFault {
  words: string;
  place?: QueryPlace;
}

interface QueryPrepared {
  text: string;
  query: string;
  added: { at: number; text: string }[];
  form: string;
  union: boolean;
  undeclared: { prefix: string; start: number } | undefined;
}

interface QueryTerm {
  kind: string;
  text: string;
  iri: string;
  type?: string;
  language?: string;
}

interface QueryTable {
  columns: string[];
  rows: QueryTerm[][];
  graph: boolean;
}

interface QueryOwnFile {
  text: string;
  format: string;
  graph: string;
}

interface QueryNames {
  prefixes: Record<string, string>;
  curie: (iri: string) => string;
  address: (name: string, iri?: string) => string;
  ownIri: (cell: string) => string;
  label: (name: string) => string;
}

interface QueryEngine {
  start: () => Promise<{ quads: number }>;
  add: (file: QueryOwnFile) => Promise<{ triples: number }>;
  ask: (asked: QueryPrepared) => Promise<string>;
  clear: () => void;
  stop: (why: Error) => void;
}

interface QueryHints {
  list: { text: string; displayText: string }[];
  from: { line: number; ch: number };
  to: { line: number; ch: number };
}

interface OxigraphStore {
  readonly size: number;
  load(text: string | Uint8Array, options: object): void;
  query(query: string, options: object): string;
}

/** What stands before query-worker.js in the text of the worker. */
declare const oxigraph: {
  initSync: (given: { module: WebAssembly.Module }) => void;
  Store: new () => OxigraphStore;
  namedNode: (iri: string) => object;
};

/** The part of YASQE that query-editor.js uses. */
declare class Yasqe {
  static defaults: { autocompleters: string[] };
  constructor(place: HTMLElement, options: object);
  checkSyntax: () => void;
}

/** The part of its CodeMirror that query-editor.js uses. */
interface YasqeEditor {
  getInputField(): HTMLElement;
  getValue(): string;
  setValue(text: string): void;
  lineCount(): number;
  getLine(line: number): string;
  getCursor(): { line: number; ch: number };
  setCursor(place: { line: number; ch: number }, ch?: undefined, options?: object): void;
  getTokenAt(place: { line: number; ch: number }, precise?: boolean): {
    end: number;
    state: { OK?: boolean; possibleCurrent?: string[]; errorMsg?: string };
  };
  setGutterMarker(line: number, gutter: string, marker: HTMLElement): void;
  clearGutter(gutter: string): void;
  markText(from: object, to: object, options: object): { clear: () => void };
  addLineClass(line: number, where: string, name: string): void;
  removeLineClass(line: number, where: string, name: string): void;
  scrollIntoView(place: object, margin: number): void;
  showHint(options: object): void;
  on(event: string, listener: (...given: any[]) => void): void;
  focus(): void;
  refresh(): void;
}
