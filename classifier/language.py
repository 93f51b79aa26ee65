"""Which of the border's languages a mail is written in, by its most frequent small words."""

from classifier.text import fold, words

_FRENCH = """
a ai ait alors apres au aucun aussi autre aux avais avait avant avec avez avoir avons beaucoup
bien bonjour bonsoir bonne cordialement car ce cela ces cet cette chez ci comme comment dans de
depuis des deux dire dois donc dont du elle en encore est et ete etes etre eu fait faire fois ici
il ils j jai jamais je jour joint la le les leur lui ma mais madame mail me meme merci mes moi
mois mon monsieur n ne ni nom non nos notre nous on ont ou oui par pas peu peut plus pour pourquoi
pouvez puis qu quand que quel quelle qui quoi reçu recu rien sa sans se sera ses si soit son sont
sous suis suite sur ta te toujours tous tout tres trop tu un une va veuillez vers vos votre vous
voici voila y ca c d l m s t contrat assurance salut svp slt bjr cdt cdlt pb rdv urgent rappel
rappeler sinistre attestation resiliation remboursement dossier devis mutuelle facture courrier ok
"""
_GERMAN = """
aber alle als am an auch auf aus bei bin bis bitte da damit danke das dass dem den der des die
diese dieser doch ein eine einem einen einer er es fur fuer gegen guten habe haben hallo hat herr
ich ihr ihre ihren ihnen im immer ist jahr kann kein keine mein meine meinem mich mir mit monat
nach nicht noch nun nur oder schon sehr sein seit sich sie sind tag uber und uns unser vertrag
versicherung vielen vom von vor war warum was wegen wenn wie wir wird wurde zu zum zur
freundlichen grussen gruesse rechnung schaden
"""
_ENGLISH = """
a about after again all am an and any are as at be been but by can could dear did do does email
every for from get had has have hello hi how i if in insurance is it its just me more my no not
now of on one or our out please policy regards she should so some still than thank thanks that the
their them then there they this to until us was we were what when where which who why will with
would yes you your yours claim
"""
_LUXEMBOURGISH = """
an ass awer bei dass dat deen dei den der dir do e eis elo en eng engem fir gellt gutt hat hei
hunn ech iech ier iwwer kann keen keng kritt mech meng mengem mir moien merci mat net nach nees
och op oder schonn sech si sinn souss vun vum wann wat wei wéi wier zanter ze zu zum awer
villmools äddi addi kontrakt versecherung
"""
_SMALL_WORDS = {
    code: frozenset(words(fold(text)))
    for code, text in {
        "fr": _FRENCH,
        "de": _GERMAN,
        "en": _ENGLISH,
        "lb": _LUXEMBOURGISH,
    }.items()
}
_LOOKED_AT = 4000  # characters
_ENOUGH_WORDS = 12


def language_of(text: str) -> str:
    """ISO 639-1 code of fr, de, en or lb; ``other`` for words of none; "" where nothing tells."""
    found = [word for word in words(fold(text[:_LOOKED_AT])) if word.isalpha()]
    hits = {code: sum(word in known for word in found) for code, known in _SMALL_WORDS.items()}
    best = max(hits, key=lambda code: hits[code])
    if hits[best] and hits[best] >= len(found) / 8:
        return best
    foreign = sum(letter.isalpha() and ord(letter) > 0x24F for letter in text[:_LOOKED_AT])
    return "other" if len(found) >= _ENOUGH_WORDS or foreign >= _ENOUGH_WORDS else ""
