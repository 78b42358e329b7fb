// The data of the page Explore, as kg.explore_data and kg.explore_paths write them.

interface ExploreLink {
  relation: string;
  name: string;
  address: string;
}

interface ExploreThing {
  label: string;
  page: string;
  definition?: string;
  classes?: string[];
  synonyms?: string[];
  links?: ExploreLink[];
  lines: string[];
  width: number;
  height: number;
  style: number;
  spot: [number, number];
}

interface ExploreEvidence {
  direction: string[];
  evidence_kind: string[];
  place: string[];
  number: string[];
}

interface ExploreLine {
  subject: string;
  object: string;
  relation: string;
  sign: number;
  label: string;
  look: string;
  end: string;
  kind: string;
  certainty: string;
  polarity: string;
  standing: string;
  facts: Record<string, string[]>;
  evidence: ExploreEvidence[];
  walked_only: boolean;
  page: string;
}

interface ExploreFacet {
  key: string;
  title: string;
  values: { value: string; count: number }[];
  shown: string[];
}

interface ExploreStyle {
  words: string;
  fill: string;
  text: string;
  corner: number;
}

interface ExploreLook {
  words: string;
  dashes: number[];
  width: number;
  label: string;
  plain: boolean;
  cut: boolean;
}

interface ExploreData {
  start: string;
  facets: ExploreFacet[];
  styles: ExploreStyle[];
  outlines: Record<string, string>;
  looks: Record<string, ExploreLook>;
  signs: Record<string, string>;
  prefixes: Record<string, string>;
  things: Record<string, ExploreThing>;
  claims: Record<string, ExploreLine>;
  references: Record<string, { author: string; year: string; title: string; doi: string; address: string }>;
}

interface ExploreStep {
  subject: { curie: string; label: string };
  predicate: { curie: string; label: string };
  object: { curie: string; label: string };
  sign: number | null;
  certainty: string;
  context: string;
  kind: string;
  source: string;
  references: number[];
  places: string[];
  note: string;
  also: string[];
  arrow: string;
  said: string;
  line: string;
}

interface ExplorePath {
  steps: number[];
  sign: number | null;
  path_sign: string;
  summary: string;
  crossings: { before: string; after: string }[];
}

interface ExploreAnswer {
  headline: string;
  paths: number[];
  more: number;
  net_effects: number[];
  remarks: string[];
  complete: boolean;
}

interface ExplorePaths {
  steps: ExploreStep[];
  paths: ExplorePath[];
  pairs: Record<string, [ExploreAnswer, ExploreAnswer]>;
}

interface ExplorePathWanted {
  from: string;
  to: string;
  stitched: boolean;
  nth: number;
}

interface ExploreState {
  open: string[];
  /** What is shown of each facet. */
  facets: Record<string, Set<string>>;
  path: ExplorePathWanted | null;
  at: string;
}

interface ExploreShown {
  things: string[];
  lines: string[];
}

declare const kgExploreData: ExploreData;

interface Window {
  kgExplorePaths?: ExplorePaths;
  kgExplore?: object;
}
