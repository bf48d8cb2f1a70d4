/// The style sheet of a report: one column, readable on a phone and on paper.
let pageStyle = """
  :root { color-scheme: light; --ink: #1b1f24; --soft: #59636e; --line: #d5dae0; --pale: #f4f6f8;
    --accent: #0b63a5; }
  * { box-sizing: border-box; }
  html { -webkit-text-size-adjust: 100%; }
  body { margin: 0 auto; padding: 1.25rem 1rem 4rem; max-width: 64rem; background: #fff;
    color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue',
    Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif; overflow-wrap: break-word; }
  h1 { font-size: 1.05rem; font-weight: 600; margin: 0 0 1rem; color: var(--soft); }
  h2 { font-size: 1.3rem; line-height: 1.25; margin: 3rem 0 0.75rem; padding-top: 0.6rem;
    border-top: 2px solid var(--ink); }
  h3 { font-size: 1.05rem; margin: 1.5rem 0 0.5rem; }
  p { margin: 0.6rem 0; max-width: 46rem; }
  a { color: var(--accent); }
  sub, sup { line-height: 0; }
  .verdict { font-size: clamp(1.2rem, 0.9rem + 1.5vw, 1.75rem); line-height: 1.35;
    font-weight: 600; margin: 0 0 1rem; max-width: none; text-wrap: pretty; }
  .note { border-left: 4px solid #d09a17; background: #fdf8ec; padding: 0.6rem 0.9rem;
    margin: 1rem 0; font-size: 0.95rem; max-width: none; }
  .note p { margin: 0; max-width: none; }
  nav { font-size: 0.95rem; margin: 1rem 0; color: var(--soft); }
  nav a { margin-right: 0.9rem; white-space: nowrap; }
  figure { margin: 1.25rem 0; }
  figure svg { display: block; width: 100%; height: auto; max-width: 42rem; }
  .remark { font-size: 0.85rem; color: var(--soft); max-width: 42rem; }
  figcaption { font-size: 0.9rem; color: var(--soft); margin-top: 0.25rem; max-width: 42rem; }
  figcaption .files { white-space: nowrap; }
  .grid { display: grid; gap: 0 1.5rem;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); }
  .part { display: contents; }
  .scroll { overflow-x: auto; margin: 0.75rem 0; max-width: 100%; }
  table { border-collapse: collapse; font-size: 0.92rem; font-variant-numeric: tabular-nums; }
  th, td { padding: 0.32rem 0.7rem; text-align: right; border-bottom: 1px solid var(--line);
    white-space: nowrap; vertical-align: baseline; }
  th { white-space: normal; vertical-align: bottom; line-height: 1.25;
    font-weight: 600; border-bottom: 1.5px solid var(--ink); }
  th:first-child, td:first-child { text-align: left; padding-left: 0.2rem; }
  td.text, th.text { text-align: left; white-space: normal; max-width: 24rem; }
  td.text.missing { min-width: 14rem; }
  td.words, th.words { text-align: left; white-space: normal; min-width: 12rem; max-width: 24rem;
    overflow-wrap: anywhere; }
  td.low { background: #fdf1d6; }
  td.high { background: #f6c9a4; font-weight: 700; }
  td.best { outline: 2px solid var(--ink); outline-offset: -2px; }
  .missing { color: var(--soft); font-style: italic; font-weight: 400; }
  details { border-top: 1px solid var(--line); }
  details:last-of-type { border-bottom: 1px solid var(--line); }
  summary { cursor: pointer; padding: 0.65rem 0.2rem; }
  summary .mass { font-weight: 600; }
  summary .brief { color: var(--soft); margin-left: 0.5rem; }
  pre { background: var(--pale); padding: 0.8rem 1rem; overflow-x: auto; font-size: 0.85rem;
    line-height: 1.45; margin: 0.75rem 0; }
  code, pre { font-family: ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; }
  dd code { font-size: 0.85em; }
  dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.3rem 1.2rem;
    margin: 0.75rem 0; font-size: 0.95rem; }
  dt { color: var(--soft); }
  dd { margin: 0; overflow-wrap: anywhere; }
  @media (max-width: 34rem) {
    table { font-size: 0.85rem; }
    th, td { padding: 0.3rem 0.4rem; }
  }
  @media print {
    @page { margin: 16mm 15mm; }
    body { padding: 0; max-width: none; font-size: 10pt; }
    nav, figcaption .files { display: none; }
    a { color: inherit; text-decoration: none; }
    h2, h3, summary { break-after: avoid; }
    figure, table, .note { break-inside: avoid; }
    pre { white-space: pre-wrap; }
    figure svg { max-width: 125mm; margin: 0 auto; }
    figure { text-align: left; }
    .grid, .part { grid-template-columns: 1fr 1fr; }
    .grid:has(.part) { display: block; }
    .part { display: grid; gap: 0 4mm; }
    .grid figure svg { max-width: 76mm; }
    .part.spectra:has(figure:nth-child(3)), .part.events { grid-template-columns: 1fr 1fr 1fr; }
    .part.spectra:has(figure:nth-child(3)) figure svg { max-width: 58mm; }
    .part figcaption { font-size: 7pt; }
    #scan figure svg { max-width: 68mm; }
    p.missing { font-size: 8pt; margin: 1mm 0; }
    .note { font-size: 8.5pt; line-height: 1.4; }
    .verdict { font-size: 15pt; }
    h2 { margin-top: 6mm; }
    figure { margin: 3mm 0; }
    figcaption { font-size: 8pt; line-height: 1.35; }
    #windows > h2 { display: none; }
    .scroll { overflow: visible; }
    table { font-size: 8pt; }
    th, td { padding: 0.1rem 0.4rem; }
    details { break-before: page; border: 0; }
    details::details-content { content-visibility: visible; display: block; block-size: auto; }
    summary { list-style: none; font-size: 11pt; border-bottom: 1px solid var(--ink); }
    td.low, td.high, .note, pre { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  }
  """
