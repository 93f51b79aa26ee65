"""What the register asks for at receipt, as far as the mail says it (P-03 … P-08)."""

from collections.abc import Sequence

from classifier.matters import motive_of, neutral_subject, product_of
from classifier.names import client_email, client_name
from classifier.parties import persons_concerned, third_parties
from classifier.references import contract_reference
from classifier.triage import Fields, Judged

_LOOKED_AT = 6_000  # characters: names, references and matters stand in a mail's first pages


def propose(judged: Judged, *, staff: Sequence[str] = (), office: str = "") -> Fields:
    """Proposals for a person to confirm; what is not found stays empty."""
    subject, text = judged.subject[:_LOOKED_AT], judged.text[:_LOOKED_AT]
    quoted = judged.quoted[:_LOOKED_AT]
    product, motive = product_of(subject, text), motive_of(subject, text)
    return Fields(
        client_name=client_name(judged),
        client_email=client_email(judged),
        contract_ref=contract_reference(subject, text) or contract_reference("", quoted),
        product=product,
        persons_concerned=persons_concerned(text, staff),
        third_parties=third_parties(subject, text, office),
        motive=motive,
        subject=neutral_subject(motive, product),
    )
