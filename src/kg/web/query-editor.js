"use strict";
// The editor: YASQE without anything of it that asks the network, with our names to complete and faults said as text.

/**
 * @param {HTMLElement} place
 * @param {{ names: QueryNames, terms: QueryTerms, run: () => void, changed: () => void }} page
 */
const queryEditor = (place, page) => {
  const MOST = 60;
  const { prefixes } = page.names;
  // The completers that come with it ask other servers.
  Yasqe.defaults.autocompleters = [];
  const yasqe = new Yasqe(place, {
    value: "",
    persistenceId: null,
    consumeShareLink: null,
    createShareableLink: null,
    showQueryButton: false,
    resizeable: false,
    editorHeight: "",
    syntaxErrorCheck: true,
    // Tab leads on through the page, as everywhere else.
    extraKeys: {
      "Ctrl-Space": complete, "Ctrl-Enter": page.run, "Cmd-Enter": page.run, "Ctrl-S": page.changed,
      Tab: false, "Shift-Tab": false,
    },
  });
  // YASQE wraps the CodeMirror that it makes; two of them would each count its own operations.
  const editor = /** @type {YasqeEditor} */ (Reflect.get(place.querySelector(".CodeMirror") ?? {}, "CodeMirror"));
  const scroller = place.querySelector(".CodeMirror-scroll");
  for (const [key, value] of [["tabindex", "0"], ["role", "region"], ["aria-label", "Query, to scroll"]]) scroller?.setAttribute(key, value);
  editor.getInputField().setAttribute("aria-label", "SPARQL query");
  editor.getInputField().setAttribute("aria-describedby", "editor-help");

  /** @type {{ clear: () => void }[]} */
  let marks = [];
  let marked = -1;

  /** What the grammar says as one types; a hint only, for the engines know more forms than this editor. */
  yasqe.checkSyntax = () => {
    editor.clearGutter("gutterErrorBar");
    for (let line = 0; line < editor.lineCount(); line += 1) {
      const { state } = editor.getTokenAt({ line, ch: editor.getLine(line).length }, line === 0);
      if (state.OK !== false) continue;
      // What is declared beforehand is no fault, but the grammar reads no further.
      if (Object.keys(prefixes).some((name) => state.errorMsg?.includes(`'${name}'`))) return;
      const expected = (state.possibleCurrent ?? []).slice(0, 12).join(" ");
      sign(line, state.errorMsg || `The grammar of SPARQL 1.1 expects here: ${expected}`, "?");
      return;
    }
  };

  /** @param {number} line @param {string} words @param {string} letter */
  function sign(line, words, letter) {
    const made = exploreDom.element("span", { class: letter === "!" ? "fault-sign" : "doubt-sign", title: words }, letter);
    editor.setGutterMarker(line, "gutterErrorBar", made);
  }

  /** Show where a query is wrong; both numbers from one. @param {QueryFault} fault */
  function mark(fault) {
    unmark();
    if (!fault.place) return;
    marked = fault.place.line - 1;
    const ch = fault.place.column - 1;
    const length = editor.getLine(marked)?.length ?? 0;
    const token = editor.getTokenAt({ line: marked, ch: Math.min(ch + 1, length) });
    const [from, to] = ch < length ? [ch, Math.max(token.end, ch + 1)] : [Math.max(length - 1, 0), length];
    marks = [editor.markText({ line: marked, ch: from }, { line: marked, ch: to }, { className: "fault-mark" })];
    editor.addLineClass(marked, "background", "fault-line");
    sign(marked, fault.words, "!");
    editor.scrollIntoView({ line: marked, ch }, 40);
    editor.setCursor({ line: marked, ch }, undefined, { scroll: false });
  }

  function unmark() {
    for (const one of marks) one.clear();
    if (marked >= 0) editor.removeLineClass(marked, "background", "fault-line");
    [marks, marked] = [[], -1];
  }

  /** Names and prefixes that begin with, or are called, what stands before the cursor. @param {string} typed @param {boolean} declaring */
  function suggestions(typed, declaring) {
    const wanted = typed.toLowerCase();
    const spaces = Object.entries(prefixes).map(([name, space]) => ({ text: `${name}:`, more: space }));
    if (declaring) {
      return spaces.filter(({ text }) => text.startsWith(wanted)).map(({ text, more }) => ({ text: `${text} <${more}>`, displayText: `${text} <${more}>` }));
    }
    const named = [...Object.entries(page.terms.terms), ...Object.entries(page.terms.things)].map(([text, more]) => ({ text, more }));
    const known = [...spaces.filter(({ text }) => text !== wanted), ...named].map(({ text, more }) => ({
      text, displayText: `${text}  ${more}`, rank: rank(text.toLowerCase(), more.toLowerCase(), wanted),
    }));
    return known.filter((one) => one.rank < 4).sort((a, b) => a.rank - b.rank || (a.text < b.text ? -1 : 1));
  }

  /** @param {string} name @param {string} label @param {string} wanted */
  function rank(name, label, wanted) {
    if (name.startsWith(wanted)) return 0;
    const local = name.slice(name.indexOf(":") + 1);
    if (local.startsWith(wanted) || label.startsWith(wanted)) return 1;
    return wanted.length > 2 && (local.includes(wanted) || label.includes(wanted)) ? 2 : 4;
  }

  /** @returns {QueryHints | null} */
  function hints() {
    const { line, ch } = editor.getCursor();
    const before = editor.getLine(line).slice(0, ch);
    const [typed] = /(?:[\p{L}\p{N}_.-]*:)?[\p{L}\p{N}_-]*$/u.exec(before) ?? [""];
    if (/#|[?$]$/.test(before.slice(0, ch - typed.length)) || !typed) return null;
    const declaring = /PREFIX\s+$/i.test(before.slice(0, ch - typed.length));
    const list = suggestions(typed, declaring).slice(0, MOST);
    return list.length ? { list, from: { line, ch: ch - typed.length }, to: { line, ch } } : null;
  }

  function complete() {
    editor.showHint({ hint: hints, completeSingle: false, alignWithWord: false, container: place });
  }

  editor.on("inputRead", (/** @type {any} */ _, /** @type {{ text: string[], origin: string }} */ change) => {
    if (change.origin === "+input" && /[\p{L}\p{N}_:]$/u.test(change.text.join("\n")) && /:[\p{L}\p{N}_]*$/u.test(before())) complete();
  });
  editor.on("change", () => {
    unmark();
    page.changed();
  });

  const before = () => editor.getLine(editor.getCursor().line).slice(0, editor.getCursor().ch);

  return {
    mark,
    unmark,
    value: () => editor.getValue(),
    /** @param {string} text */
    put: (text) => {
      if (text !== editor.getValue()) editor.setValue(text);
    },
    focus: () => editor.focus(),
    refresh: () => editor.refresh(),
  };
};
