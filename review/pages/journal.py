"""The journal's lines, told as sentences."""

from register.model import Entry, LetterState

_ACTIONS = {
    "registered": "a inscrit la réclamation au registre",
    "amended": "a corrigé l’entrée",
    "requalified": "a requalifié l’entrée",
    "decided": "a décidé du message",
    "undone": "a annulé la décision",
    "queued": "a préparé l’accusé de réception",
    "released": "a fait partir une lettre",
    "cancelled": "a annulé une lettre",
    "acknowledged": "a noté un accusé donné autrement",
    "answered": "a noté la réponse au client",
    "unanswered": "a retiré la réponse notée",
    "found": "a retrouvé la copie d’une lettre dans la boîte",
    "letter": "a traité une lettre",
    "exported": "a exporté le registre",
    "quarantined": "a mis le message en quarantaine",
}


def told(line: Entry) -> str:
    """A line of the journal as a sentence."""
    payload = line.payload or {}
    sentence = _ACTIONS.get(line.action, line.action)
    if state := payload.get("state"):
        sentence += f" : {LetterState(state).french}"
    if changes := payload.get("changes"):
        sentence += f" ({', '.join(_FIELDS.get(name, name) for name in changes)})"
    for key in ("reason", "because", "answer", "proof"):
        if payload.get(key):
            sentence += f" — {payload[key]}"
    return sentence


_FIELDS = {
    "client_name": "nom du client",
    "client_email": "adresse",
    "subject": "objet",
    "contract_ref": "contrat",
    "product": "produit",
    "service": "service",
    "third_parties": "intervenants",
    "persons_concerned": "personnes visées",
    "motive": "motif",
}
