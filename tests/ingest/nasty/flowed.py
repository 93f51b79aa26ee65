"""format=flowed (RFC 3676), as Thunderbird and Apple Mail send it."""

from tests.ingest.nasty.mails import Nasty, mail


def _flowed(name: str, body: str, text: str, parameters: str = "format=flowed") -> Nasty:
    kind = f"Content-Type: text/plain; charset=utf-8; {parameters}"
    return Nasty(f"flowed: {name}", mail(body, kind), text=text)


MAILS = [
    _flowed("lines", "J’attends \r\nmon \r\nremboursement.", "J’attends mon remboursement."),
    _flowed("paragraphs", "Un \r\ndeux.\r\n\r\nTrois.", "Un deux.\n\nTrois."),
    _flowed("capitals", "Un \r\ndeux.", "Un deux.", "Format=Flowed"),
    _flowed("in quotes", "Un \r\ndeux.", "Un deux.", 'format="flowed"'),
    _flowed("fixed", "Un \r\ndeux.", "Un \ndeux.", "format=fixed"),
    _flowed("delsp", "inaccep \r\ntable", "inacceptable", "format=flowed; delsp=yes"),
    _flowed("delsp in capitals", "inaccep \r\ntable", "inacceptable", "format=flowed; DelSp=Yes"),
    _flowed("delsp no", "très \r\ndéçue", "très déçue", "format=flowed; delsp=no"),
    _flowed("delsp without flowed", "Un \r\ndeux", "Un \ndeux", "delsp=yes"),
    _flowed("stuffed space", " >pas une citation\r\n  retrait\r\n From moi", ">pas une citation\n retrait\nFrom moi"),
    _flowed("quotes", "> Un \r\n> deux.\r\n>> Trois \r\n>> quatre.", "> Un deux.\n>> Trois quatre."),
    _flowed("quotes of two depths", "> Un \r\n>> deux.", "> Un \n>> deux."),
    _flowed("quotes without space", ">Un \r\n>deux.", "> Un deux."),
    _flowed("signature", "Un \r\n-- \r\nJeanne", "Un \n-- \nJeanne"),
    _flowed("signature within a quote", "> Un.\r\n> -- \r\n> Paul", "> Un.\n> -- \n> Paul"),
    _flowed("last line flows", "Un ", "Un"),
    _flowed("bare LF", "Un \ndeux.", "Un deux."),
    _flowed("blank lines that flow", "Un.\r\n \r\nDeux.", "Un.\n\nDeux."),
    _flowed("reply above a quote", "Non.\r\n\r\nLe 03/03/2025 à 10:12, Claire a écrit :\r\n> Oui \r\n> ?", "Non.\n\nLe 03/03/2025 à 10:12, Claire a écrit :\n> Oui ?"),
]  # fmt: skip
