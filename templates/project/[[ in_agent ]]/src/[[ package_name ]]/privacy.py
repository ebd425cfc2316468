"""Personal data and secrets in free text: found, and masked.

Patterns, not a model: they find what has a form (addresses, numbers with a check digit, keys) and no names of people.
"""

import re

EMAIL = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}\b")
PHONE = re.compile(r"(?<![\w.])\+\d{1,3}[ -]?(?:\(\d{1,4}\)[ -]?)?\d{2,4}(?:[ -]?\d{2,4}){2,3}(?![\w.])")
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
CARD = re.compile(r"\b\d(?:[ -]?\d){12,18}\b")
SECRETS = {
    "private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:.*?-----END [A-Z ]*PRIVATE KEY-----)?", re.DOTALL),
    "cloud key": re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    "token": re.compile(r"\b(?:sk|pk|rk|ghp|gho|ghs|github_pat|glpat|xox[abprs]|hf)[-_][A-Za-z0-9_-]{16,}"),
    "password": re.compile(
        r"""(?i)\b(?:password|passwd|pwd|secret|api[_-]?key|access[_-]?token)\b["']?\s*(?:[:=]|\bis\b)\s*["']?"""
        r"""(?=[^\s"']*[\d!$%&#-])[^\s"',;]{6,}"""
    ),
}


def _iban(text: str) -> bool:
    """Check the two digits after the country (ISO 7064, mod 97-10)."""
    plain = text.replace(" ", "")
    return 15 <= len(plain) <= 34 and int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def _card(text: str) -> bool:
    """Check the last digit (Luhn, ISO/IEC 7812-1)."""
    digits = [int(c) for c in text if c.isdigit()]
    odd, even = digits[-1::-2], digits[-2::-2]
    return (sum(odd) + sum(sum(divmod(2 * d, 10)) for d in even)) % 10 == 0


def mask_personal(text: str) -> str:
    """Replace addresses, telephone numbers, bank accounts and cards by what they are."""
    text = EMAIL.sub("[email]", text)
    text = IBAN.sub(lambda m: "[iban]" if _iban(m[0]) else m[0], text)
    text = CARD.sub(lambda m: "[card]" if _card(m[0]) else m[0], text)
    return PHONE.sub("[phone]", text)


def has_personal(text: str) -> bool:
    """Tell whether there is anything to mask."""
    return mask_personal(text) != text


def find_secrets(text: str) -> list[str]:
    """Return the kinds of secrets in a text."""
    return [kind for kind, pattern in SECRETS.items() if pattern.search(text)]


def mask_secrets(text: str) -> str:
    """Replace keys, tokens and passwords."""
    for pattern in SECRETS.values():
        text = pattern.sub("[secret]", text)
    return text


def clean(text: str) -> str:
    """Return a text as it may be written down."""
    return mask_personal(mask_secrets(text))
