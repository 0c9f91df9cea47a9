"""A newsletter of some 80 KB as mailing editors make them: nested tables, inline styles, pictures, links."""

from __future__ import annotations

PRODUCTS = (
    "Garden fork with ash handle",
    "Watering can of zinc, ten litres",
    "Seeds of old tomato varieties",
    "Pruning shears for left-handers",
    "Greenhouse heater",
    "Compost thermometer",
    "Rain barrel with tap",
    "Raised bed of larch",
)
_CELL = (
    '<td class="column" width="50%" style="font-family:Helvetica,Arial,sans-serif;font-size:15px;line-height:22px;'
    'color:#2b2b2b;padding:12px 18px 12px 18px;vertical-align:top;mso-line-height-rule:exactly;">'
    '<table role="presentation" border="0" cellpadding="0" cellspacing="0" width="100%" style="border-collapse:'
    'collapse;mso-table-lspace:0pt;mso-table-rspace:0pt;"><tr><td align="center" style="padding-bottom:10px;">'
    '<a href="https://www.gardenshop.example/products/{n}?utm_source=newsletter&amp;utm_campaign=spring" '
    'style="text-decoration:none;color:#1d6b3a;"><img src="https://images.gardenshop.example/2026/{n}.jpg" '
    'width="264" height="176" alt="{name}" border="0" style="display:block;width:264px;height:auto;'
    'border-radius:6px;outline:none;"></a></td></tr><tr><td style="font-size:17px;font-weight:bold;color:#1d6b3a;'
    'padding-bottom:6px;">{name}</td></tr><tr><td style="font-size:14px;line-height:21px;color:#444444;'
    'padding-bottom:12px;">We have used this one in our own garden for {n} seasons, and it still looks as it did '
    "on the first day. It comes with instructions, spare parts can be had, and it is made by people we know. "
    'Until the end of the month we send it without charge.</td></tr><tr><td><table role="presentation" '
    'border="0" cellpadding="0" cellspacing="0"><tr><td align="center" bgcolor="#1d6b3a" style="border-radius:4px;'
    'padding:9px 20px;"><a href="https://www.gardenshop.example/products/{n}#order" style="color:#ffffff;'
    'font-size:14px;text-decoration:none;display:inline-block;">Have a look</a></td></tr></table></td></tr>'
    "</table></td>\r\n"
)
_HEAD = (
    "From: The Garden Shop <news@gardenshop.example>\r\nTo: customer@example.org\r\n"
    "Subject: What is new in the garden in March\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
    "Message-ID: <20261123.1@gardenshop.example>\r\nMIME-Version: 1.0\r\n"
    "List-Unsubscribe: <https://www.gardenshop.example/u/1>\r\n"
    "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    'Content-Type: multipart/alternative; boundary="=_b"\r\n\r\n'
)


def newsletter(products: int = 46) -> bytes:
    """The message, raw."""
    cells = [_CELL.format(n=n, name=PRODUCTS[n % len(PRODUCTS)]) for n in range(1, products + 1)]
    rows = "".join(f"<tr>{''.join(cells[i : i + 2])}</tr>\r\n" for i in range(0, len(cells), 2))
    footer = (
        '<p style="font-size:12px;color:#666666;">The Garden Shop, Main Street 1, 12345 Town. You get this because '
        'you are our customer. <a href="https://www.gardenshop.example/u/1">Unsubscribe</a></p>'
    )
    html = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>March</title><style>@media (max-width:'
        '600px){.column{display:block!important;width:100%!important}}</style></head><body style="margin:0;'
        'background:#f3f1ea;"><table role="presentation" width="600" align="center">'
        f"{rows}</table>{footer}</body></html>"
    )
    text = "\r\n\r\n".join(f"{name}\r\nhttps://www.gardenshop.example/" for name in PRODUCTS * 5)
    part = "--=_b\r\nContent-Type: text/{}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{}\r\n"
    body = part.format(
        "plain", f"{text}\r\n\r\nUnsubscribe: https://www.gardenshop.example/u/1"
    ) + part.format("html", html)
    return f"{_HEAD}{body}--=_b--\r\n".encode()


SMALL = (
    b"From: The Shop <news@shop.example>\r\nTo: customer@example.org\r\nSubject: What is new in November\r\n"
    b"Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@shop.example>\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
    b"Dear customer,\r\n\r\nthree new things are in the shop this month, and the old ones are still there.\r\n\r\n"
    b"Unsubscribe: https://shop.example/unsubscribe\r\nThe Shop, Main Street 1, 12345 Town\r\n"
)
"""A short letter, for counting many requests."""
