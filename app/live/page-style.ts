/** The page's style. Text and state marks keep 4.5:1 on their ground in both schemes. */
export const style = `
:root{--ground:#f4f6f8;--card:#fff;--ink:#17212b;--soft:#566471;--line:#dde3e8;--accent:#0b6e78;--on-accent:#fff;
--good:#1c7a43;--warn:#925600;--bad:#b3261e;--good-bg:#e4f4ea;--warn-bg:#fdf0d9;--bad-bg:#fce8e6;
--waiting:#6d6aa8;--active:#0b6e78;--completed:#2b8a57;--failed:#c5352b;color-scheme:light dark}
.c1{--c:#2563c4}.c2{--c:#0f8a8a}.c3{--c:#b26a00}.c4{--c:#8a4fbf}.c5{--c:#c2410c}.c6{--c:#3f7d20}.c7{--c:#be2f73}.c8{--c:#5b6b7a}
@media (prefers-color-scheme:dark){:root{--ground:#0e141a;--card:#161e26;--ink:#e6ecf1;--soft:#9fb0be;--line:#293541;
--accent:#52c3cd;--on-accent:#06262a;--good:#6fd39a;--warn:#f1b75c;--bad:#ff9d94;--good-bg:#12301f;--warn-bg:#33260d;--bad-bg:#3b1715;
--waiting:#aaa6e6;--active:#52c3cd;--completed:#58c48a;--failed:#ff8a80}
.c1{--c:#77a8ff}.c2{--c:#45c8c8}.c3{--c:#f1b75c}.c4{--c:#c79bf2}.c5{--c:#ff9563}.c6{--c:#93cf6b}.c7{--c:#f48abb}.c8{--c:#a7b6c4}}
*{box-sizing:border-box;margin:0}
body{background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
max-width:60rem;margin:0 auto;padding:0 1rem 2rem;-webkit-text-size-adjust:100%}
h1{font-size:1.15rem;letter-spacing:-.01em}h2{font-size:1rem}
code,[data-part=name],#link-text{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.9em}
dd,[data-part=share],.top{font-variant-numeric:tabular-nums}
ul,ol{list-style:none;padding:0}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:1rem;top:-4rem;background:var(--card);color:var(--ink);padding:.5rem .75rem;border-radius:.5rem;z-index:1}
.skip:focus{top:.5rem}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
main:focus{outline:0}
header{display:flex;flex-wrap:wrap;gap:.25rem 1rem;justify-content:space-between;align-items:center;padding:1.1rem 0}
.brand{display:flex;align-items:center;gap:.5rem}.brand svg{width:1.6rem;fill:var(--accent)}
#link{display:flex;align-items:center;gap:.5rem;color:var(--soft);min-width:0;overflow-wrap:anywhere}
.lamp{flex:none;width:.6rem;height:.6rem;border-radius:50%;background:var(--warn)}
[data-state=live] .lamp{background:var(--good)}
.notice{background:var(--warn-bg);color:var(--warn);border:1px solid currentColor;border-radius:.6rem;padding:.6rem .9rem;margin-bottom:1rem}
.figures{display:grid;grid-template-columns:repeat(4,1fr);gap:.75rem}
.figures div,.card{background:var(--card);border:1px solid var(--line);border-radius:.75rem}
.figures div{padding:.75rem 1rem}
dt{color:var(--soft);font-size:.85rem}
.figures dd{font-size:1.75rem;line-height:1.2;font-weight:600;letter-spacing:-.02em}
.figures small{font-size:.95rem;font-weight:400;color:var(--soft);letter-spacing:0}
.card{margin-top:.75rem;padding:1rem}
.title{display:flex;flex-wrap:wrap;gap:0 .75rem;justify-content:space-between;align-items:baseline;margin-bottom:.25rem}
.title p,.axis,figcaption,footer,.facts{color:var(--soft);font-size:.85rem}
#replicas li{display:grid;grid-template-columns:minmax(0,1fr) minmax(9rem,38%);gap:.1rem 1.25rem;padding:.7rem 0;border-bottom:1px solid var(--line)}
.who{display:flex;flex-wrap:wrap;align-items:center;gap:.15rem .6rem;min-width:0}
.who strong{overflow-wrap:anywhere;font-weight:600}
.who::before{content:"";flex:none;width:.7rem;height:.7rem;border-radius:.2rem;background:var(--c)}
.state{font-size:.8rem;line-height:1.5;padding:0 .5rem;border-radius:1rem;color:var(--good);background:var(--good-bg)}
[data-state=draining] .state{color:var(--warn);background:var(--warn-bg)}
[data-state=lost] .state{color:var(--bad);background:var(--bad-bg)}
.share{display:flex;align-items:center;gap:.75rem}
.track{flex:1;height:.5rem;border-radius:.25rem;background:var(--line);overflow:hidden}
.track div{height:100%;width:0;border-radius:.25rem;background:var(--c);transition:width .4s ease-out}
.share b{min-width:3.2em;text-align:right;font-weight:600}
.facts{grid-column:1/-1;display:flex;flex-wrap:wrap;gap:0 1.1rem;padding-left:1.3rem}
.try{padding-top:.9rem}
.buttons{display:flex;flex-wrap:wrap;gap:.6rem}
button{font:inherit;font-weight:600;min-height:2.75rem;padding:.4rem 1rem;border-radius:.6rem;border:1px solid var(--accent);background:var(--accent);color:var(--on-accent);cursor:pointer}
button+button{background:transparent;color:var(--accent)}
button:hover{filter:brightness(1.08)}button[aria-disabled=true]{opacity:.6;cursor:progress}
#dots{display:flex;flex-wrap:wrap;gap:.3rem;min-height:.9rem;margin:.8rem 0 .4rem}
#dots li{width:.9rem;height:.9rem;border-radius:.25rem;background:var(--c)}
#result{color:var(--soft);font-size:.9rem;min-height:1.5em;overflow-wrap:anywhere}
.legend{display:grid;grid-template-columns:repeat(4,auto);justify-content:start;gap:.25rem 2rem;margin-bottom:.75rem}
.legend dt{display:flex;align-items:center;gap:.4rem}
.legend dt::before{content:"";width:.7rem;height:.7rem;border-radius:.2rem;background:var(--k)}
.legend dd{font-size:1.25rem;font-weight:600;line-height:1.2}
.waiting{--k:var(--waiting)}.active{--k:var(--active)}.completed{--k:var(--completed)}.failed{--k:var(--failed)}
figure+figure{margin-top:.6rem}
.plot{position:relative;border-bottom:1px solid var(--line);border-top:1px dashed var(--line)}
.plot svg{display:block;width:100%;height:5.5rem}
.top{position:absolute;right:0;top:.1rem;font-size:.75rem;color:var(--soft);background:var(--card);padding:0 .2rem;opacity:.9}
path{fill:var(--k)}.area{opacity:.18}.line{fill:none;stroke:var(--k);stroke-width:2;vector-effect:non-scaling-stroke;stroke-linejoin:round}
.axis{display:flex;justify-content:space-between;padding-top:.2rem}
footer{padding-top:1.25rem}
.stale .figures,.stale .card{opacity:.65}
@media (max-width:40rem){.figures{grid-template-columns:1fr 1fr}#replicas li{grid-template-columns:1fr;gap:.3rem}.buttons button{flex:1 1 10rem}.figures dd{font-size:1.5rem}.figures div{padding:.6rem .8rem}.facts{padding-left:0}
.legend{gap:.25rem;justify-content:space-between}.legend dt{gap:.3rem;font-size:.8rem}#result{min-height:4.5em}}
@media (prefers-reduced-motion:reduce){*{transition:none!important}}
@media (forced-colors:active){.track div,.lamp,.who::before,#dots li,.legend dt::before{forced-color-adjust:none}}
`;
