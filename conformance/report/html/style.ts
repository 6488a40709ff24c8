// The style sheet of report.html: no font, image or script from elsewhere; light and dark; from 320 px up.

export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f7f6f3; --card: #ffffff; --ink: #1e232b; --soft: #565d68; --line: #e2dfd8; --faint: #efede8;
  --good: #1b6e53; --good-wash: #e3f1ea; --bad: #a8322a; --bad-wash: #fbe9e6;
  --warn: #85570a; --warn-wash: #f8eed7; --open: #4f5b8c; --open-wash: #e9ecf7; --rest: #8d929b;
  --accent: #2c5f8a; --mono: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171c; --card: #1b1f26; --ink: #e6e7ea; --soft: #a5abb6; --line: #2e343e; --faint: #222730;
    --good: #6cc5a1; --good-wash: #18332a; --bad: #f0938a; --bad-wash: #3d211f;
    --warn: #e0b45c; --warn-wash: #362b15; --open: #a3b1ea; --open-wash: #262c45; --rest: #767d89;
    --accent: #8cbbe3;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  overflow-wrap: anywhere;
}
body > * { max-width: 62rem; margin-inline: auto; padding-inline: 1.25rem; }
a { color: var(--accent); text-underline-offset: .18em; text-decoration-thickness: 1px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 4px; }
h1, h2, h3, h4, p, ul, ol, dl, dd, figure, pre { margin: 0; }
ul, ol { padding: 0; list-style: none; }
h1 { font-size: clamp(1.6rem, 1.2rem + 2vw, 2.3rem); line-height: 1.15; font-weight: 650; letter-spacing: -.015em; }
h1.command { font-family: var(--mono); font-size: 1.25rem; line-height: 1.4; letter-spacing: 0; }
h2 { font-size: 1.3rem; font-weight: 640; letter-spacing: -.01em; }
h3 { font-size: 1.08rem; font-weight: 620; line-height: 1.35; }
code, pre, .mono { font-family: var(--mono); font-size: .86em; }
pre { white-space: pre-wrap; }
small, .small { font-size: .86rem; }
.soft { color: var(--soft); }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: 1rem; top: -4rem; background: var(--card); padding: .5rem .8rem; border-radius: 8px; }
.skip:focus { top: .6rem; z-index: 1; }

.top { padding-block: 2.6rem 1.4rem; }
.eyebrow { color: var(--soft); font-size: .84rem; letter-spacing: .02em; margin-bottom: .5rem; }
.lead { margin-top: 1rem; font-size: 1.12rem; }
.lead strong { font-weight: 640; }
.good { color: var(--good); } .bad { color: var(--bad); } .open { color: var(--open); }
.bar { display: flex; gap: 2px; height: 10px; margin-top: 1.3rem; border-radius: 5px; overflow: hidden; }
.bar span { flex: var(--share) 1 0; min-width: 3px; }
.legend { display: flex; flex-wrap: wrap; gap: .35rem 1.3rem; margin-top: .8rem; font-size: .92rem; }
.legend li { display: flex; align-items: center; gap: .45rem; }
.swatch { width: .72rem; height: .72rem; border-radius: 3px; flex: none; }
.broken-links { display: flex; flex-wrap: wrap; gap: .4rem; margin-top: 1rem; }
.broken-links a { display: block; font-family: var(--mono); font-size: .84rem; color: var(--bad); background: var(--bad-wash); text-decoration: none; padding: .12rem .6rem; border-radius: 99px; }
.broken-links a:hover { text-decoration: underline; }
.is-kept { background: var(--good); } .is-broken { background: var(--bad); } .is-warned { background: var(--warn); }
.is-unjudged { background: var(--open); } .is-unrun { background: var(--rest); }
.is-review { background: transparent; box-shadow: inset 0 0 0 1.5px var(--rest); }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .9rem 1.6rem; margin-top: 1.6rem; padding-top: 1.2rem; border-top: 1px solid var(--line); }
.facts dt { color: var(--soft); font-size: .8rem; }
.facts dd { font-size: .94rem; }
.facts .wide { grid-column: 1 / -1; }
.notes { margin-top: 1.1rem; display: grid; gap: .4rem; font-size: .94rem; }
.notes li { padding-left: .8rem; border-left: 3px solid var(--open); }

section { padding-block: 1.5rem; }
section > h2 { margin-bottom: .35rem; }
section > .intro { color: var(--soft); max-width: 46rem; margin-bottom: 1.1rem; }
.areas { background: var(--card); border: 1px solid var(--line); border-radius: 14px; overflow: hidden; }
.area + .area { border-top: 1px solid var(--line); }
.area > summary { display: grid; grid-template-columns: 5.2rem minmax(11rem, 17rem) 1fr auto 1rem; gap: .2rem 1rem; align-items: center; padding: .8rem 1.1rem; cursor: pointer; list-style: none; }
.area > summary::-webkit-details-marker { display: none; }
.area > summary:hover { background: var(--faint); }
.area > summary:focus-visible { outline-offset: -3px; }
.area > summary::after { content: ""; width: .45rem; height: .45rem; border: solid var(--soft); border-width: 0 1.5px 1.5px 0; transform: rotate(45deg) translate(-2px, -2px); justify-self: center; grid-column: -2; grid-row: 1; }
.area[open] > summary::after { transform: rotate(225deg) translate(-3px, -3px); }
.area h3 { white-space: nowrap; font-family: var(--mono); font-size: .86rem; font-weight: 600; }
.dots { display: flex; flex-wrap: wrap; gap: 3px; }
.dot { width: 9px; height: 9px; border-radius: 2.5px; }
.dot.is-broken { height: 15px; margin-block: -3px; }
.dot.is-unrun { transform: scale(.5); }
.count { font-size: .84rem; color: var(--soft); text-align: right; white-space: nowrap; }
.rows { border-top: 1px solid var(--line); background: var(--page); }
.row { display: grid; grid-template-columns: 5.2rem 7.2rem 1fr; gap: .3rem 1rem; padding: .85rem 1.1rem; scroll-margin-top: 1rem; }
.row + .row { border-top: 1px solid var(--line); }
.row:target { background: var(--card); box-shadow: inset 3px 0 0 var(--accent); }
.row .id { font-family: var(--mono); font-size: .86rem; }
.row .id small { display: block; color: var(--soft); font-size: .72rem; letter-spacing: .03em; }
.row .note { color: var(--soft); font-size: .9rem; margin-top: .25rem; }
.cases { margin-top: .45rem; display: grid; gap: .15rem; font-size: .88rem; color: var(--soft); }
.cases li { padding-left: 1.15rem; text-indent: -1.15rem; }
.cases code { display: inline-block; max-width: 100%; text-indent: 0; }
.cases .mark { display: inline-block; width: 1.15rem; text-indent: 0; }
.pill { display: inline-flex; gap: .4em; align-items: baseline; padding: .08rem .6rem; border-radius: 99px; font-size: .82rem; font-weight: 560; white-space: nowrap; background: var(--faint); color: var(--soft); }
.pill.kept, .pill.pass { background: var(--good-wash); color: var(--good); }
.pill.broken, .pill.fail, .pill.error { background: var(--bad-wash); color: var(--bad); }
.pill.warned, .pill.warn { background: var(--warn-wash); color: var(--warn); }
.pill.unjudged, .pill.untestable, .pill.inconclusive { background: var(--open-wash); color: var(--open); }

.index { display: grid; gap: .35rem; margin-bottom: 1.4rem; }
.index li { display: grid; grid-template-columns: minmax(3.4rem, auto) 1fr; gap: .7rem; align-items: baseline; justify-items: start; }
.failure { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 1.5rem; scroll-margin-top: 1rem; }
.failure + .failure { margin-top: 1.4rem; }
.failure > header { display: grid; gap: .35rem; justify-items: start; }
.rules { margin-top: 1rem; display: grid; gap: .5rem; padding-left: 1rem; border-left: 3px solid var(--line); }
.story { margin-top: 1.2rem; display: grid; gap: .7rem; }
.story > div { display: grid; grid-template-columns: 8.5rem 1fr; gap: .1rem 1rem; }
.story dt { color: var(--soft); font-size: .9rem; padding-top: .05rem; }
.value { white-space: pre-wrap; }
.failure details { margin-top: .9rem; }
.failure summary { cursor: pointer; color: var(--accent); font-size: .93rem; padding-block: .15rem; width: fit-content; }
.failure pre, .steps { margin-top: .5rem; padding: .8rem 1rem; background: var(--faint); border-radius: 9px; line-height: 1.5; }
.steps { display: grid; gap: .35rem; counter-reset: step; }
.steps li { counter-increment: step; padding-left: 2.2rem; text-indent: -2.2rem; }
.steps li::before { content: counter(step); display: inline-block; width: 2.2rem; text-indent: 0; color: var(--soft); font-size: .84rem; }
.steps .wrong { color: var(--bad); }
.repeat { margin-top: 1.1rem; }

.sequence { --t: 4.2rem; margin-top: 1.5rem; }
.sequence figcaption { color: var(--soft); font-size: .9rem; margin-bottom: .8rem; }
.peers { display: grid; grid-template-columns: var(--t) 1fr 1fr 1fr; font-size: .88rem; font-weight: 600; line-height: 1.25; padding-bottom: .45rem; align-items: end; }
.peers span:nth-child(1) { font-weight: 400; font-size: .76rem; color: var(--soft); padding-right: .6rem; text-align: right; }
.peers span:nth-child(3) { text-align: center; } .peers span:last-child { text-align: right; }
.two .peers { grid-template-columns: var(--t) 1fr 1fr; } .two .peers span:nth-child(3) { text-align: right; }
.lines { padding-block: .35rem .6rem; background-image: linear-gradient(var(--line), var(--line)), linear-gradient(var(--line), var(--line)), linear-gradient(var(--line), var(--line)); background-size: 2px 100%; background-repeat: no-repeat; background-position: var(--t) 0, calc((100% + var(--t)) / 2) 0, 100% 0; }
.two .lines { background-position: var(--t) 0, var(--t) 0, 100% 0; }
.lines > li { display: grid; grid-template-columns: var(--t) 1fr 1fr; min-height: 2rem; align-items: end; }
.two .lines > li { grid-template-columns: var(--t) 1fr; }
.time { font-family: var(--mono); font-size: .72rem; color: var(--soft); text-align: right; padding-right: .6rem; }
.arrow { --c: var(--soft); position: relative; grid-column: 2; text-align: center; padding: .3rem .9rem .42rem; font-size: .88rem; line-height: 1.3; }
.right > .arrow { grid-column: 3; } .two .right > .arrow { grid-column: 2; }
.arrow b { font-weight: 600; } .arrow small { color: var(--soft); font-size: .78rem; }
.arrow::before, .arrow::after { z-index: 1; }
.arrow::before { content: ""; position: absolute; left: 2px; right: 0; bottom: 0; border-bottom: 1.5px solid var(--c); }
.arrow::after { content: ""; position: absolute; bottom: -4px; border: solid transparent; border-width: 4.75px 8px; }
.to-right > .arrow::after { right: -8px; border-left-color: var(--c); } .to-left > .arrow::after { left: -6px; border-right-color: var(--c); }
.testee > .arrow { --c: var(--accent); } .testee > .arrow b { color: var(--accent); }
.wrong > .arrow { --c: var(--bad); background: var(--bad-wash); } .wrong > .arrow b, .wrong > .arrow small { color: var(--bad); }
.across { grid-column: 2 / -1; justify-self: center; background: var(--card); padding: .15rem .8rem; font-size: .82rem; color: var(--soft); border-radius: 99px; border: 1px dashed var(--line); margin-block: .35rem; text-align: center; }
.here > .across { color: var(--bad); background: var(--bad-wash); border: 0; border-radius: 9px; font-size: .88rem; padding: .4rem .9rem; }

.reading dl { display: grid; gap: .55rem; } .reading dl > div { display: grid; grid-template-columns: 7.2rem 1fr; gap: .2rem 1rem; }
footer { padding-block: 1rem 3rem; color: var(--soft); font-size: .86rem; }

@media (max-width: 46rem) {
  body > * { padding-inline: 1rem; }
  .top { padding-block: 1.7rem 1rem; }
  .area > summary { grid-template-columns: 3.9rem 1fr 1rem; padding: .85rem .95rem; }
  .dots, .area .count { grid-column: 1 / -1; } .dots { margin-block: .4rem .15rem; } .area .count { text-align: left; white-space: normal; }
  .facts { grid-template-columns: repeat(auto-fit, minmax(8.2rem, 1fr)); }
  .row { grid-template-columns: 1fr auto; padding: .9rem .95rem; } .row > .said { grid-column: 1 / -1; }
  .row .id small { display: inline; margin-left: .5em; }
  .failure { padding: 1.1rem .95rem; border-radius: 12px; }
  .story > div { grid-template-columns: 1fr; } .reading dl > div { grid-template-columns: 1fr; justify-items: start; }
  .sequence { --t: 2.7rem; } .time { font-size: .66rem; padding-right: .4rem; } .arrow { padding-inline: .5rem; font-size: .82rem; }
  .peers { font-size: .78rem; } .arrow small { font-size: .72rem; display: block; }
}
@media print { body { background: #fff; } .area > summary::after { display: none; } .failure { break-inside: avoid; } }
`;
