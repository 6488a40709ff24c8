// Style and script of the page, in one place because it may load nothing.

export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --soft: #57606a; --line: #d0d7de; --good: #116329; --bad: #a40e26; --mild: #7d4e00; --now: #0550ae; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117; --soft: #9ba4ae; --line: #30363d; --good: #56d364; --bad: #ff938a; --mild: #e3b341; --now: #79c0ff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.45 system-ui, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.4rem; margin: 0 0 .5rem; }
p { margin: .2rem 0; overflow-wrap: anywhere; }
code { font-size: .95em; overflow-wrap: anywhere; }
.phase { font-weight: 600; }
.count, .ids { color: var(--soft); font-size: .9rem; }
.hints { border-left: .25rem solid var(--mild); margin: .75rem 0; padding: .25rem 0 .25rem 1.5rem; overflow-wrap: anywhere; }
ol { list-style: none; margin: 1rem 0 0; padding: 0; }
ol li { display: flex; gap: .6rem; padding: .5rem 0; border-top: 1px solid var(--line); }
ol li > div { min-width: 0; }
.mark { width: 1.2rem; text-align: center; font-weight: 700; }
.pass .mark, .pass .word { color: var(--good); }
.fail .mark, .fail .word, .untestable .mark, .untestable .word, .error .mark, .error .word { color: var(--bad); }
.warn .mark, .warn .word, .inconclusive .mark, .inconclusive .word { color: var(--mild); }
.running .mark, .running .word { color: var(--now); }
.open .word, .watched .word, .unseen .word { color: var(--soft); font-weight: 400; }
`;

export const PAGE_SCRIPT = `
const checklist = document.getElementById("checklist");
const source = new EventSource("/changes");
source.addEventListener("checklist", (event) => { checklist.innerHTML = event.data; });
source.addEventListener("over", () => { source.close(); });
`;
