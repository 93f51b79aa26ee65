"""People whose mail looks automatic, or returned, and is not: they are read and acknowledged."""

from tests.ingest.nasty.mails import PLAIN, WORDS, Nasty, made_of, mail, part

_QMAIL = "Hi. This is the qmail-send program at mx.x.example."


def _person(
    name: str,
    *headers: str,
    body: str = WORDS,
    subject: str = "Remboursement",
    sender: str | None = None,
) -> Nasty:
    more = {} if sender is None else {"sender": sender}
    return Nasty(f"human: {name}", mail(body, *headers, subject=subject, **more), acknowledge=True)


MAILS = [
    *(_person(f"{header}", header) for header in (
        "Auto-Submitted: no", "Auto-Submitted: NO", "Auto-Submitted: no (by hand)", "Auto-Submitted:", "X-Auto-Response-Suppress: None", "X-Auto-Response-Suppress: DR, RN, NRN", "X-Auto-Response-Suppress:", "Precedence: normal", "Precedence: first-class", "Precedence: special-delivery", "X-Autoreply: no", "X-Loop: no", "Return-Path: <jeanne.mangin@courriel.example>", "X-Priority: 1", "Importance: high", "X-Spam-Flag: YES", "X-Mailer: Autocom 3", "X-MS-Exchange-Inbox-Rules-Loop: contact@cabinet.example", "X-Failed-Recipients:", "Disposition-Notification-To: jeanne.mangin@courriel.example", "Return-Receipt-To: jeanne.mangin@courriel.example", "X-MS-Has-Attach: yes", "List-Id:", "Received: from mailer-daemon.x.example by b; Mon, 3 Mar 2025 10:12:00 +0100",
    )),
    *(_person(f"subject: {subject}", subject=subject) for subject in (
        "Absence de réponse de votre part", "Absence de remboursement", "Absence d’indemnisation depuis mars", "Absence totale de réponse", "Absence d'information", "Absences répétées de votre conseillère", "Absente de vos listes", "Auto : résiliation de mon contrat", "Auto: sinistre du 3 mars", "AUTO : franchise contestée", "Assurance auto", "Réponse à votre courrier automatique", "Résiliation automatique de mon contrat", "Prélèvement automatique contesté", "Votre répondeur automatique", "Non réponse à mes courriers", "Message non traité", "Retour de mon courrier", "Lu et approuvé", "Lu dans vos conditions générales", "Accusé de réception de ma lettre : toujours rien", "Échec de ma réclamation", "Échec de la médiation", "Échec de votre prélèvement", "Courrier non distribué", "Courrier non remis par votre cabinet", "Congés payés : refus de prise en charge", "Contrat vacances : annulation refusée", "Remise non appliquée", "Remise en cause du rapport", "Mail resté sans réponse", "Message resté sans réponse", "Livraison échouée de ma voiture de prêt", "Avis d’échéance contesté", "Système de messagerie en panne chez vous",
    )),
    *(_person(f"written by {sender}", sender=sender) for sender in (
        "Jeanne <contact@postmaster-conseil.example>", "Postmaster Conseil <contact@x.example>", "Noé Reply <noe.reply@x.example>", "Paul Daemon <paul.daemon@x.example>", "Jeanne <postmaster.conseil@x.example>", "Mailer Daemon Fan Club <club@x.example>", "Marie Bounce <marie.bounce@x.example>", "Jean Root <jean.root@x.example>", "Norelys <norelys@x.example>", "Robot Martin <robot.martin@x.example>", "Info <info@x.example>", "Secrétariat <secretariat@x.example>", "Système D <systeme.d@x.example>", "Automatic Portes <contact@automatic-portes.example>",
    )),
    _person("a bounce quoted", body=f"Bonjour, voici ce que je reçois quand je vous écris :\r\n\r\n> {_QMAIL}\r\n> I'm afraid I wasn't able to deliver your message\r\n\r\nRépondez-moi !"),
    _person("a bounce copied", body=f"Bonjour, mon courriel m’est revenu avec ceci :\r\n{_QMAIL}\r\nQuelle est votre adresse ?"),
    _person("a bounce talked of", body="Mon message n’a pas pu être remis : Undelivered Mail Returned to Sender. Que faire ?"),
    _person("an absence talked of", body="Votre conseillère est absente jusqu’au 10 mars, me dit sa réponse automatique. J’attends pourtant mon remboursement."),
    _person("an absence excused", body="Absente jusqu’à hier, je découvre votre refus. Je le conteste."),
    Nasty("human: a bounce enclosed", made_of("mixed", PLAIN, part("message/rfc822", "From: MAILER-DAEMON@x.example\r\nSubject: Undelivered Mail Returned to Sender\r\n\r\nNon remis.")), text=WORDS, acknowledge=None),
    Nasty("human: a calendar file", made_of("mixed", PLAIN, part("application/octet-stream; name=rdv.ics", "BEGIN:VCALENDAR\r\nEND:VCALENDAR")), text=WORDS, acknowledge=True),
    Nasty("human: signed", made_of("signed", PLAIN, part("application/pgp-signature; name=s.asc", "x")), text=WORDS, acknowledge=True),
    Nasty("human: forwards a bounce", mail(f"Voyez ce que je reçois.\r\n\r\n----- Message d'origine -----\r\nDe : MAILER-DAEMON@x.example\r\nEnvoyé : lundi 3 mars 2025 10:12\r\nObjet : failure notice\r\n\r\n{_QMAIL}", subject="TR: failure notice"), acknowledge=True),
    Nasty("human: answers a bounce", mail(WORDS, subject="RE: Undelivered Mail Returned to Sender"), acknowledge=True),
    Nasty("human: answers an absence", mail(WORDS, subject="RE: Réponse automatique : Remboursement"), acknowledge=True),
]  # fmt: skip
