"""Currencies, as cells name them: in an amount ("€2,5 Mio"), or in a column of their own beside it ("EUR - Euro")."""

SYMBOLS = {
    "us$": "USD", "a$": "AUD", "au$": "AUD", "c$": "CAD", "ca$": "CAD", "nz$": "NZD", "hk$": "HKD", "s$": "SGD",
    "r$": "BRL", "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "rs.": "INR", "rs": "INR", "₽": "RUB",
    "₩": "KRW", "zł": "PLN", "euro": "EUR",
}  # fmt: skip
# The codes that are looked for in amounts; a letter more costs time in each of them.
COMMON_CODES = (
    "usd eur gbp jpy chf aud cad nzd sek nok dkk pln czk huf inr cny brl mxn zar sgd hkd krw try rub aed ils"
).split()
# ISO 4217, what is in use or was lately.
CODES = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF "
    "CLF CLP CNH CNY COP CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD "
    "HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL "
    "LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN "
    "PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY "
    "TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL"
).split()
_NAMES = {
    "dollar": "USD", "dollars": "USD", "us dollar": "USD", "us dollars": "USD", "u.s. dollar": "USD",
    "united states dollar": "USD", "euros": "EUR", "pound": "GBP", "pounds": "GBP", "british pound": "GBP",
    "pound sterling": "GBP", "sterling": "GBP", "great british pound": "GBP", "swiss franc": "CHF",
    "schweizer franken": "CHF", "franken": "CHF", "yen": "JPY", "japanese yen": "JPY", "us-dollar": "USD",
    "canadian dollar": "CAD", "australian dollar": "AUD", "new zealand dollar": "NZD", "swedish krona": "SEK",
    "norwegian krone": "NOK", "danish krone": "DKK", "indian rupee": "INR", "rupee": "INR", "polish zloty": "PLN",
    "brazilian real": "BRL", "real": "BRL", "mexican peso": "MXN", "yuan": "CNY", "renminbi": "CNY", "rmb": "CNY",
}  # fmt: skip


def named_currency(cell: str) -> str:
    """Return SQL for the ISO code a cell of a column of currencies names: ``usd``, ``EUR - Euro``, ``€``.

    NULL for any other cell.
    """
    word = f"lower(trim({cell}))"
    cases = " ".join(f"WHEN '{name}' THEN '{code}'" for name, code in {**SYMBOLS, **_NAMES}.items())
    codes = ", ".join(f"'{code.lower()}'" for code in CODES)
    behind = f"substr({word}, 4, 1)"
    return (
        f"CASE WHEN substr({word}, 1, 3) IN ({codes}) AND {behind} IN ('', ' ', '-', ':', '(') "
        f"THEN upper(substr(trim({cell}), 1, 3)) ELSE CASE {word} {cases} END END"
    )
