/** The one style sheet of every page. Tokens are those of the interface; both themes keep 4.5:1 or better. */
export const style = `:root{color-scheme:light dark;--page:#fbfbfa;--panel:#fff;--line:#e7e5e4;--text:#1c1917;--dim:#78716c;--accent:#0f766e;--up:#15803d;--degraded:#b45309;--down:#b91c1c;--unknown:#78716c}
@media(prefers-color-scheme:dark){:root{--page:#131416;--panel:#1a1c1f;--line:#2a2d31;--text:#ececec;--dim:#9a9a98;--accent:#2dd4bf;--up:#4ade80;--degraded:#fbbf24;--down:#f87171;--unknown:#9a9a98}}
*{box-sizing:border-box;margin:0;padding:0}
body{background:var(--page);color:var(--text);font:14px/1.5 system-ui,sans-serif;padding:12vh 24px 48px;-webkit-text-size-adjust:100%}
main,footer{max-width:640px;margin:0 auto}
code{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
.state{display:flex;align-items:center;gap:8px;font-size:13px;font-weight:600;font-variant-numeric:tabular-nums}
svg{flex:none;width:12px;height:12px;fill:currentColor}
.up{color:var(--up)}.degraded{color:var(--degraded)}.down{color:var(--down)}.unknown{color:var(--unknown)}
h1{font-size:22px;line-height:1.3;font-weight:600;letter-spacing:-.01em;margin-top:8px;text-wrap:balance}
.subject{margin-top:4px}
.subject code{font-size:15px}
.lead{margin-top:16px}
h2{font-size:15px;font-weight:600;margin-top:32px}
h2+p{margin-top:4px}
h2+dl{margin-top:12px}
dl{margin-top:24px;border:1px solid var(--line);border-radius:6px;background:var(--panel)}
dl>div{display:grid;grid-template-columns:104px 1fr;gap:0 16px;padding:8px 16px}
dl>div+div{border-top:1px solid var(--line)}
dt,.dim{color:var(--dim)}
.parts>div{grid-template-columns:264px 1fr}
.parts dt{color:inherit}
.parts dd{color:var(--dim)}
.parts dt code{user-select:all;-webkit-user-select:all}
dd{min-width:0;font-variant-numeric:tabular-nums}
li{list-style:none;display:flex;align-items:center;gap:8px}
li+li{margin-top:4px}
li code{min-width:0}
.purpose{margin-top:12px;color:var(--dim)}
pre{margin-top:6px;padding:10px 16px 10px 32px;text-indent:-16px;border:1px solid var(--line);border-radius:6px;background:var(--panel);white-space:pre-wrap}
pre+.or{margin-top:6px;padding-left:17px;color:var(--dim);font-size:13px}
.or code{font-size:12px}
pre code,.or code{user-select:all;-webkit-user-select:all}
pre:before{content:"$ ";font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;color:var(--accent)}
pre.text{padding:10px 16px;text-indent:0;max-height:360px;overflow:auto}
pre.text:before{content:none}
a{color:var(--accent);text-underline-offset:2px}
a:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:2px}
footer{margin-top:40px;font-size:11.5px;color:var(--dim)}
footer code{font-size:11.5px}
@media(max-width:520px){body{padding:32px 16px}dl>div,.parts>div{grid-template-columns:1fr}}
@media print{body{padding:0}}`;
