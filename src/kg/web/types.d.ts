// What our scripts find in the page beside the browser's own: the libraries, loaded as classic scripts before them.

/// <reference types="cytoscape" />

/** Options of the layout that cytoscape-fcose adds; the package brings no declarations. */
interface FcoseLayoutOptions extends cytoscape.BaseLayoutOptions {
  name: "fcose";
  quality?: "draft" | "default" | "proof";
  randomize?: boolean;
  animate?: boolean;
  animationDuration?: number;
  fit?: boolean;
  padding?: number;
  nodeDimensionsIncludeLabels?: boolean;
  packComponents?: boolean;
  nodeRepulsion?: number | ((node: cytoscape.NodeSingular) => number);
  idealEdgeLength?: number | ((edge: cytoscape.EdgeSingular) => number);
  edgeElasticity?: number | ((edge: cytoscape.EdgeSingular) => number);
  numIter?: number;
  nodeSeparation?: number;
  fixedNodeConstraint?: { nodeId: string; position: cytoscape.Position }[];
  stop?: () => void;
}

/** The part of vis-network that view_page.js uses; its package declares more, and pyvis brings no declarations. */
declare namespace vis {
  type Id = string;

  interface Selection {
    nodes: Id[];
    edges: Id[];
  }

  /** What vis-network hands to a drawer of boxes. */
  interface BoxContext {
    ctx: CanvasRenderingContext2D;
    id: Id;
    x: number;
    y: number;
    state: { selected: boolean; hover: boolean };
  }

  class Network {
    constructor(container: HTMLElement, data: { nodes: object[]; edges: object[] }, options: object);
    on(event: "beforeDrawing", listener: (context: CanvasRenderingContext2D) => void): void;
    on(event: "click", listener: (chosen: Selection) => void): void;
    setSize(width: string, height: string): void;
    moveTo(view: { position: { x: number; y: number }; scale: number; animation: boolean }): void;
    redraw(): void;
    setSelection(selection: Selection, options: { highlightEdges: boolean }): void;
  }
}

interface Window {
  kgView?: { network: vis.Network };
}

/** What kg.view.page_data gathers for view_page.js; boxes, things, claims and references stand under their names. */
declare namespace view {
  interface Data {
    drawing: Drawing;
    things: Record<string, Thing>;
    claims: Record<string, Claim>;
    references: Record<string, Reference>;
  }

  interface Drawing {
    nodes: { id: string; x: number; y: number }[];
    edges: { id: string; from: string; to: string }[];
    options: object;
    boxes: Record<string, Box>;
    bands: { title: string; top: number; height: number }[];
    width: number;
    height: number;
    start: string | null;
  }

  interface Box {
    thing: string;
    lines: string[];
    width: number;
    height: number;
    fill: string;
    text: string;
    path: string;
    middles: number[];
  }

  interface Thing {
    label: string;
    definition: string;
    style: string;
    classes: string[];
    synonyms: string[];
    links: { relation: string; name: string; address: string }[];
  }

  interface Claim {
    label: string;
    subject: string;
    object: string;
    facts: Record<string, string[]>;
    evidence: { evidence_kind: string[]; direction: string[]; place: string[]; number: string[] }[];
  }

  type Reference = Record<"author" | "year" | "title" | "doi" | "address", string>;
}
