"""Drafts that try to load something, to run something or to break out of the preview."""

from __future__ import annotations

REMOTE = "https://evil.example/x"

BODIES = {
    "scripts": "<p>Hello</p><script>alert(1)</script><script src='{u}'></script><noscript><img src={u}></noscript>",
    "handlers": "<p onclick=alert(1) onmouseover='x()'>a</p><img src=x onerror=alert(1)><body onload=alert(2)>",
    "svg": "<svg onload=alert(1)><script>alert(1)</script><image href='{u}'/><use href='{u}#a'/></svg><p>after",
    "math": "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src={u} onerror=alert(1)&gt;'>",
    "breakout": "</iframe></body></html><script>alert(1)</script><iframe srcdoc='<script>alert(1)</script>' src='{u}'>",
    "quotes": "\"'><img src={u} onerror=alert(1)><p title='\"><img src={u}>'>x</p>",
    "entities": "&lt;script&gt;alert(1)&lt;/script&gt; &#34;&#62;&#60;img src={u}&#62; &amp;lt;img src={u}&amp;gt;",
    "links": "<a href='javascript:alert(1)'>a</a><a href=' java\tscript:alert(1)'>b</a><a href='{u}' ping='{u}' target=_top>c</a><area href='{u}'><a href='data:text/html,<script>alert(1)</script>'>d",
    "styles": "<style>@import '{u}';@font-face{{font-family:x;src:url({u})}} p{{background:url({u})}} a{{color:red;background-image:image-set('{u}' 1x)}} b{{behavior:url({u})}} i{{c\\olor:u\\72l({u})}}</style><p>x</p>",
    "style breakout": "<style>p{{color:red}} </style ><img src={u}><style>x{{}}\n<!-- </style> --><script>alert(1)</script></style>",
    "inline styles": "<p style=\"background:url('{u}')\">a</p><p style='background:u\\72l({u})'>b</p><p style='width:expression(alert(1))'>c</p><p style='background-image:url({u});color:red'>d</p><p style=\"background:url(&quot;{u}&quot;\">e</p><p style='list-style:url({u})'>f<p style='cursor:url({u}),auto'>g",
    "pictures": "<img src={u}><img srcset='{u} 2x'><picture><source srcset='{u}'><img src={u}></picture><table background='{u}'><tr><td background='{u}'>x</td></tr></table><input type=image src={u}><video poster={u} src={u}></video><audio src={u}></audio>",
    "frames": "<iframe src='{u}'></iframe><object data='{u}'><embed src='{u}'></object><frameset><frame src={u}></frameset><applet code={u}>",
    "forms": "<form action='{u}'><input name=p autofocus onfocus=alert(1)><button formaction='{u}'>go</button><textarea></textarea><script>alert(1)</script></form><isindex action={u}>",
    "head": "<base href='{u}'><meta http-equiv=refresh content='0;url={u}'><link rel=stylesheet href='{u}'><link rel=preload href='{u}'><link rel=dns-prefetch href='//evil.example'><p>x",
    "templates": "<p>{{{{7*7}}}} {{% for x in y %}} ${{7*7}} #{{7*7}}</p><p title='{{{{7*7}}}}'>{{{{ a.model }}}}</p>",
    "raw text": "<textarea></textarea><title></title><img src={u}></title><xmp><img src={u}></xmp><plaintext><img src={u}><script>alert(1)</script>",
    "templates element": "<template><img src={u}><script>alert(1)</script></template><slot onslotchange=alert(1)></slot><details ontoggle=alert(1) open>x",
    "comments": "<!--[if mso]><img src={u}><![endif]--><!--><img src={u}>--><![CDATA[<img src={u}>]]><?php <img src={u}> ?>",
    "attributes": "<p class='\"><script>alert(1)</script>' id='x\"onclick=alert(1)' lang='\"><img src={u}>' dir='{u}' align='{u}'>x</p><td bgcolor='url({u})'><font color='url({u})' face='{u}'>y",
    "odd": "\x00<scr\x00ipt>alert(1)</scr\x00ipt>\ufeff\u202e\ud800<img/src={u}/onerror=alert(1)//<p/onclick=alert(1)>",
    "open": "<table><tr><td><a href='{u}'><b style='color:red",
}


def bodies(remote: str = REMOTE) -> dict[str, str]:
    """The bodies, with `remote` as the address that must not be asked for."""
    return {name: body.format(u=remote) for name, body in BODIES.items()}
