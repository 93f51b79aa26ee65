"""How mail programs quote: one row each, in plain text or in the HTML they write. All invented."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A body, the words that are its author's, and words that must be history."""

    name: str
    body: str
    new: str
    history: tuple[str, ...]  # each stands in the quoted text and nowhere else; () when none is
    html: bool = False


CLAIM = "Bonjour,\n\nMon dégât des eaux n’est toujours pas indemnisé.\n\nJeanne Mangin"
CLAIM_HTML = (
    "<p>Bonjour,</p><p>Mon dégât des eaux n’est toujours pas indemnisé.</p><p>Jeanne Mangin</p>"
)
SAID = "Votre dossier est chez l’expert.\nClaire Petit"
SAID_HTML = "<p>Votre dossier est chez l’expert.<br>Claire Petit</p>"
CITED = "> Votre dossier est chez l’expert.\n> Claire Petit"
HISTORY = ("Votre dossier est chez l’expert.", "Claire Petit")


def _below(name: str, announcement: str, history: str = SAID, footer: str = "") -> Row:
    """The answer above, a program's footer, what announces the history, the history."""
    new = f"{CLAIM}\n\n{footer}".strip()
    return Row(name, f"{new}\n\n{announcement}\n{history}", new, HISTORY)


def _html(name: str, quote: str, new: str = CLAIM) -> Row:
    """``quote`` is the HTML below the answer; SAID_HTML stands where it says {said}."""
    body = f"<html><body><div>{CLAIM_HTML}</div>{quote.format(said=SAID_HTML)}</body></html>"
    return Row(name, body, new, HISTORY, html=True)


PLAIN = [
    # --- Outlook and its relatives
    _below(
        "outlook de bureau",
        "De : Claire Petit <claire@cabinet.example> \nEnvoyé : lundi 3 mars 2025 10:12\n"
        "À : Jeanne Mangin <jeanne@x.example>\nObjet : RE: Sinistre 2025-118\n",
    ),
    _below(
        "outlook, étoiles du gras",
        "*De :* Claire Petit <claire@cabinet.example>\n*Envoyé :* lundi 3 mars 2025 10:12\n"
        "*À :* Jeanne Mangin <jeanne@x.example>\n*Objet :* RE: Sinistre\n",
    ),
    _below(
        "outlook, étoiles autour du mot seul",
        "*De* : Claire Petit\n*Envoyé* : lundi 3 mars 2025 10:12\n*À* : Jeanne\n*Objet* : RE:\n",
    ),
    _below(
        "outlook, espaces insécables",
        "De\u00a0: Claire Petit\nEnvoyé\u00a0: lundi 3 mars 2025 10:12\nÀ\u202f: Jeanne\n"
        "Objet\u00a0: RE: Sinistre\n",
    ),
    _below(
        "outlook, accents décomposés",
        "De : Claire Petit\nEnvoye\u0301 : lundi 3 mars 2025 10:12\nA\u0300 : Jeanne\n"
        "Objet : RE: Sinistre\n",
    ),
    _below(
        "outlook, de la part de",
        "De : contact@cabinet.example <contact@cabinet.example> De la part de Claire Petit\n"
        "Envoyé : lundi 3 mars 2025 10:12\nÀ : Jeanne\nObjet : RE: Sinistre\n",
    ),
    _below(
        "outlook, pièces jointes et importance",
        "De : Claire Petit\nEnvoyé : lundi 3 mars 2025 10:12\nÀ : Jeanne\nCc : Paul Mangin\n"
        "Objet : RE: Sinistre\nPièces jointes : devis.pdf\nImportance : Haute\n",
    ),
    _below(
        "outlook, lignes vides entre les en-têtes",
        "De : Claire Petit\n\nEnvoyé : lundi 3 mars 2025 10:12\n\nÀ : Jeanne\n\nObjet : RE: Devis\n",
    ),
    _below(
        "outlook, filet au-dessus",
        "________________________________\nDe : Claire Petit\nEnvoyé : lundi 3 mars 2025 10:12:13\n"
        "À : Jeanne\nObjet : RE: Sinistre\n",
    ),
    _below(
        "outlook pour mac",
        "De : Claire Petit <claire@cabinet.example>\nDate : lundi, 3 mars 2025 à 10:12\n"
        "À : Jeanne Mangin <jeanne@x.example>\nObjet : Re: Sinistre\n",
    ),
    _below(
        "outlook 2003, message d’origine",
        "-----Message d'origine-----\nDe : Claire Petit [mailto:claire@cabinet.example]\n"
        "Envoyé : lundi 3 mars 2025 10:12\nÀ : jeanne@x.example\nObjet : Sinistre\n",
    ),
    _below(
        "outlook 2003, de la part de",
        "-----Message d'origine-----\nDe : contact@cabinet.example [mailto:contact@cabinet.example] "
        "De la part de\nClaire Petit\nEnvoyé : lundi 3 mars 2025 10:12\nÀ : Jeanne\nObjet : Devis\n",
    ),
    _below(
        "outlook anglais",
        "From: Claire Petit <claire@cabinet.example>\nSent: Monday, March 3, 2025 10:12 AM\n"
        "To: Jeanne Mangin <jeanne@x.example>\nSubject: RE: Claim\n",
    ),
    _below(
        "outlook anglais, on behalf of",
        "From: office@cabinet.example <office@cabinet.example> On Behalf Of Claire Petit\n"
        "Sent: 03 March 2025 10:12\nTo: Jeanne\nSubject: RE: Claim\n",
    ),
    _below(
        "outlook allemand",
        "Von: Claire Petit <claire@cabinet.example> Im Auftrag von Cabinet\n"
        "Gesendet: Montag, 3. März 2025 10:12\nAn: Jeanne\nCc: Paul\nBetreff: AW: Schaden\n",
    ),
    _below(
        "outlook néerlandais de Belgique",
        "Van: Claire Petit <claire@cabinet.example>\nVerzonden: maandag 3 maart 2025 10:12\n"
        "Aan: Jeanne\nOnderwerp: RE: Schade\n",
    ),
    _below(
        "outlook portugais du Luxembourg",
        "De: Claire Petit <claire@cabinet.example>\nEnviada: segunda-feira, 3 de março de 2025 "
        "10:12\nPara: Jeanne\nAssunto: RE: Sinistro\n",
    ),
    _below(
        "outlook italien",
        "Da: Claire Petit <claire@cabinet.example>\nInviato: lunedì 3 marzo 2025 10:12\nA: Jeanne\n"
        "Oggetto: R: Sinistro\n",
    ),
    _below(
        "outlook du Luxembourg, sans espace",
        "De: Claire Petit\nEnvoyé: Monday, 3 March 2025 10:12\nÀ: Jeanne\nObjet: RE: Sinistre\n",
    ),
    _below(
        "outlook suisse, heure avec h",
        "De : Claire Petit\nEnvoyé : lundi, 3 mars 2025 10h12\nÀ : Jeanne\nObjet : RE: Sinistre\n",
    ),
    _below(
        "outlook pour iOS",
        "________________________________\nDe : Claire <claire@cabinet.example>\n"
        "Envoyé : Monday, March 3, 2025 10:12:13 AM\nÀ : Jeanne\nObjet : Re: Sinistre\n",
        footer="Télécharger Outlook pour iOS<https://aka.example/ios>",
    ),
    _below(
        "outlook pour android, en une ligne",
        "De : Claire Petit <claire@cabinet.example> Envoyé : lundi 3 mars 2025 10:12 "
        "À : Jeanne <jeanne@x.example> Objet : Re: Sinistre",
    ),
    _below(
        "windows mail",
        "De : Claire Petit\nEnvoyé le :lundi 3 mars 2025 10:12\nÀ : Jeanne\nObjet :Re: Sinistre\n",
    ),
    _below(
        "windows live mail",
        "From: Claire Petit\nSent: Monday, March 03, 2025 10:12 AM\nTo: Jeanne\n"
        "Subject: Re: sinistre\n",
    ),
    _below(
        "groupwise",
        '>>> "Claire Petit" <claire@cabinet.example> 03/03/2025 10:12 >>>',
    ),
    # --- Gmail
    _below(
        "gmail",
        "Le lun. 3 mars 2025 à 10:12, Claire Petit <claire@cabinet.example> a écrit :\n",
        CITED,
    ),
    _below(
        "gmail, coupé à l’adresse",
        "Le lun. 3 mars 2025 à 10:12, Claire Petit du cabinet des Tilleuls <\n"
        "claire@cabinet.example> a écrit :\n",
        CITED,
    ),
    _below(
        "gmail, coupé deux fois",
        "Le lun. 3 mars 2025 à 10:12, Claire Petit du service des sinistres du\n"
        "cabinet des Tilleuls <claire.petit@cabinet-des-tilleuls.example>\na écrit :\n",
        CITED,
    ),
    _below(
        "gmail, texte à la suite",
        "Le lun. 3 mars 2025 à 10:12, <claire@cabinet.example> a écrit : Bonjour,",
    ),
    _below(
        "gmail, espace fine avant les deux-points",
        "Le lun. 3 mars 2025 à 10:12, Claire <claire@cabinet.example> a écrit\u202f:\n",
        CITED,
    ),
    _below(
        "gmail, ancien",
        "Le 3 mars 2025 10:12, Claire Petit <claire@cabinet.example> a écrit :\n",
        CITED,
    ),
    _below(
        "gmail anglais",
        "On Mon, Mar 3, 2025 at 10:12\u202fAM Claire Petit <claire@cabinet.example>\nwrote:\n",
        CITED,
    ),
    _below(
        "gmail allemand",
        "Am Mo., 3. März 2025 um 10:12 Uhr schrieb Claire Petit <\nclaire@cabinet.example>:\n",
        CITED,
    ),
    _below(
        "gmail néerlandais",
        "Op ma 3 mrt 2025 om 10:12 schreef Claire Petit <claire@cabinet.example>:\n",
        CITED,
    ),
    _below(
        "gmail portugais",
        "Claire Petit <claire@cabinet.example> escreveu (segunda, 3/03/2025 à(s) 10:12):\n",
        CITED,
    ),
    _below(
        "gmail, transfert avec un mot",
        "---------- Forwarded message ---------\nDe : Claire Petit <claire@cabinet.example>\n"
        "Date: lun. 3 mars 2025 à 10:12\nSubject: Sinistre\nTo: <jeanne@x.example>\n\n",
    ),
    _below(
        "gmail, transfert, français",
        "---------- Message transféré ---------\nDe : Claire Petit <claire@cabinet.example>\n"
        "Date : lun. 3 mars 2025 à 10:12\nObjet : Sinistre\nÀ : <jeanne@x.example>\n",
    ),
    # --- Apple
    _below(
        "apple mail",
        "> Le 3 mars 2025 à 10:12, Claire Petit <claire@cabinet.example> a écrit :\n> ",
        CITED,
    ),
    _below(
        "apple mail, dans le corps",
        "Le 3 mars 2025 à 10:12, Claire Petit <claire@cabinet.example> a écrit :\n",
        CITED,
    ),
    _below(
        "apple mail, sans adresse ni guillemets",
        "Le 3 mars 2025 à 10:12, Claire Petit a écrit :\n",
    ),
    _below(
        "apple mail, jour de semaine",
        "Le lundi 3 mars 2025, 10:12, Claire Petit <claire@cabinet.example> a écrit :",
        CITED,
    ),
    _below(
        "apple mail sur iPhone",
        "> Le 3 mars 2025 à 10:12, Claire <claire@cabinet.example> a écrit :\n> ",
        CITED,
        footer="Envoyé de mon iPhone",
    ),
    _below(
        "apple mail anglais",
        "On Mar 3, 2025, at 10:12 AM, Claire Petit <claire@cabinet.example> wrote:\n",
        CITED,
    ),
    _below(
        "apple mail anglais, jour d’abord",
        "On 3 Mar 2025, at 10:12, Claire Petit <claire@cabinet.example> wrote:\n",
        CITED,
    ),
    _below(
        "apple mail allemand",
        "Am 03.03.2025 um 10:12 schrieb Claire Petit <claire@cabinet.example>:\n",
        CITED,
    ),
    _below(
        "apple mail, transfert",
        "Début du message transféré :\n\nDe: Claire Petit <claire@cabinet.example>\n"
        "Objet: Rép. : Sinistre\nDate: 3 mars 2025 à 10:12:13 UTC+1\nÀ: jeanne@x.example\n",
    ),
    # --- Yahoo, AOL
    _below(
        "yahoo",
        "    Le lundi 3 mars 2025 à 10:12:13 UTC+1, Claire Petit <claire@cabinet.example> a écrit "
        ":  \n \n",
        CITED,
    ),
    _below(
        "yahoo, heure d’été",
        "Le lundi 7 avril 2025 à 10:12:13 UTC+2, Claire Petit <claire@cabinet.example> a écrit :\n",
    ),
    _below(
        "yahoo, ancien",
        "Le Lundi 3 mars 2025 10h12, Claire Petit <claire@cabinet.example> a écrit :\n",
    ),
    _below(
        "yahoo, très ancien",
        "________________________________\n De : Claire Petit <claire@cabinet.example>\n"
        "À : Jeanne \nEnvoyé le : Lundi 3 mars 2025 10h12\nObjet : Re: Sinistre\n ",
    ),
    _below(
        "yahoo pour android",
        "  Le lun., mars 3, 2025 à 10:12, Claire<claire@cabinet.example> a écrit :   ",
        footer="Envoyé à partir de Yahoo Mail pour Android",
    ),
    _below(
        "yahoo anglais",
        "    On Monday, March 3, 2025 at 10:12:13 AM GMT+1, Claire <claire@cabinet.example> wrote:  \n",
    ),
    _below(
        "yahoo allemand",
        "  Am Montag, 3. März 2025 um 10:12:13 MEZ hat Claire Petit <claire@cabinet.example> "
        "Folgendes geschrieben:  \n",
    ),
    _below(
        "aol",
        "-----E-mail d'origine-----\nDe : Claire <claire@cabinet.example>\nA : Jeanne\n"
        "Envoyé le : Lun, 3 Mars 2025 10:12\nSujet : Sinistre\n",
    ),
    # --- French providers
    _below(
        "orange",
        '> Message du 03/03/25 10:12\n> De : "Claire Petit" <claire@cabinet.example>\n'
        "> A : jeanne@x.example\n> Copie à : \n> Objet : RE: Sinistre\n> \n>",
        CITED,
    ),
    _below(
        "orange, corps nu",
        '> Message du 03/03/25 10:12\n> De : "Claire Petit" <claire@cabinet.example>\n'
        "> A : jeanne@x.example\n> Copie à : \n> Objet : RE: Sinistre\n> \n",
    ),
    _below(
        "orange, une seule ligne",
        '> Message du 03/03/25 10:12 > De : "Claire Petit" <claire@cabinet.example> '
        "> A : jeanne@x.example > Copie à : > Objet : RE: Sinistre >",
    ),
    _below(
        "orange, tirets",
        "---------------------------------------------------\n"
        "> Message du 03/03/25 10:12\n> De : Claire\n> A : Jeanne\n> Objet : Sinistre\n>",
        CITED,
    ),
    _below(
        "orange, nouveau",
        "envoyé : 3 mars 2025 à 10:12\nde : Claire Petit <claire@cabinet.example>\n"
        "à : jeanne@x.example\nobjet : RE: Sinistre\n",
    ),
    _below(
        "wanadoo, guillemets doublés",
        "> Message du 03/03/25 10:12\n> De : Claire\n> A : Jeanne\n> Objet : Sinistre\n> ",
        "> > Votre dossier est chez l’expert.\n> > Claire Petit",
    ),
    _below(
        "sfr",
        "========================================\n\nMessage du : 03/03/2025 10:12\n"
        "De : Claire Petit <claire@cabinet.example>\nA : jeanne@x.example\nCopie à :\n"
        "Sujet : RE: Sinistre\n",
    ),
    _below(
        "sfr, minuscules",
        "========================================\nMessage du : 03/03/2025 à 10:12\n"
        "De : Claire\nA : Jeanne\nSujet : Sinistre\n",
    ),
    _below(
        "numericable",
        "-------- Message d'origine --------\nObjet : RE: Sinistre\nDate : lun. 3 mars 2025 10:12\n"
        "De : Claire <claire@cabinet.example>\nRépondre à : contact@cabinet.example\n"
        "Pour : jeanne@x.example\n",
    ),
    _below(
        "free, zimbra",
        '----- Mail original -----\nDe: "Claire Petit" <claire@cabinet.example>\n'
        'À: "Jeanne" <jeanne@x.example>\nEnvoyé: Lundi 3 Mars 2025 10:12:13\n'
        "Objet: Re: Sinistre\n",
    ),
    _below(
        "zimbra récent, De puis À",
        'De: "Claire Petit" <claire@cabinet.example>\nÀ: "Jeanne" <jeanne@x.example>\n'
        "Envoyé: Lundi 3 Mars 2025 10:12:13\nObjet: Re: Sinistre\n",
    ),
    _below(
        "zimbra, transfert",
        "----- Mail transféré -----\nDe: Claire <claire@cabinet.example>\nÀ: Jeanne\n"
        "Envoyé: Lundi 3 Mars 2025 10:12:13\nObjet: Sinistre\n",
    ),
    _below(
        "zimbra, avec guillemets",
        '----- Mail original -----\n| De: "Claire" <claire@cabinet.example>\n| À: Jeanne\n'
        "| Envoyé: Lundi 3 Mars 2025 10:12:13\n| Objet: Sinistre\n|",
        "| Votre dossier est chez l’expert.\n| Claire Petit",
    ),
    _below(
        "la poste",
        "Message du 03/03/25 10:12\nDe : Claire\nA : jeanne@x.example\nCopie à :\n"
        "Objet : Sinistre\n",
    ),
    _below(
        "bbox",
        "Le 03/03/2025 10:12, Claire Petit a écrit :",
        CITED,
    ),
    _below(
        "open-xchange",
        "> Le 03/03/2025 10:12 CET, Claire Petit <claire@cabinet.example> a écrit :\n> \n>  ",
        CITED,
    ),
    _below(
        "mailo",
        "De : Claire Petit <claire@cabinet.example>\nÀ : jeanne@x.example\nSujet : Sinistre\n"
        "Date : 03/03/2025 10:12:13 Europe/Paris\n",
    ),
    _below(
        "infomaniak",
        "Le 2025-03-03T10:12:13.000+01:00, Claire Petit <claire@cabinet.example> a écrit :\n",
        CITED,
    ),
    # --- programs
    _below("thunderbird", "Le 03/03/2025 à 10:12, Claire Petit a écrit :", CITED),
    _below("thunderbird, via", "Le 03/03/2025 à 10:12, Claire Petit via Clients a écrit :", CITED),
    _below("thunderbird anglais", "On 3/3/25 10:12, Claire Petit wrote:", CITED),
    _below("thunderbird allemand", "Am 03.03.25 um 10:12 schrieb Claire Petit:", CITED),
    _below("thunderbird, auteur seul", "Claire Petit a écrit :", CITED),
    _below("thunderbird, auteur et date", "Claire Petit a écrit le 03/03/2025 à 10:12 :", CITED),
    _below("l’auteur d’abord, sans guillemets", "Claire Petit a écrit le 03/03/2025 à 10:12 :\n"),
    _below(
        "thunderbird, transfert",
        "-------- Message transféré --------\nSujet : \tSinistre\n"
        "Date : \tMon, 3 Mar 2025 10:12:13 +0100\nDe : \tClaire <claire@cabinet.example>\n"
        "Pour : \tjeanne@x.example\n",
    ),
    _below(
        "samsung",
        "-------- Message d'origine --------\nDe : Claire <claire@cabinet.example>\n"
        "Date : 03/03/2025  10:12  (GMT+01:00)\nÀ : jeanne@x.example\nObjet : Re: Sinistre\n",
        footer="Envoyé depuis mon appareil Galaxy",
    ),
    _below(
        "samsung, une seule ligne",
        "-------- Message d’origine --------De : Claire <claire@cabinet.example> Date : 03/03/2025 "
        " 10:12  (GMT+01:00) À : jeanne@x.example Objet : Re: Sinistre",
        footer="Envoyé depuis mon smartphone Samsung Galaxy.",
    ),
    _below(
        "huawei",
        "-------- Message d'origine --------\nObjet : Re: Sinistre\nDe : Claire\nÀ : Jeanne\nCc : ",
        footer="Envoyé depuis mon téléphone Huawei",
    ),
    _below(
        "sony, sans tirets",
        "---- Claire Petit a écrit ----\n",
        footer="Envoyé depuis mon téléphone Xperia™",
    ),
    _below(
        "bluemail",
        "Le 3 mars 2025, à 10:12, Claire Petit <claire@cabinet.example> a écrit:",
        CITED,
        footer="Télécharger BlueMail pour Android",
    ),
    _below(
        "k-9",
        "Le 3 mars 2025 10:12:13 GMT+01:00, Claire Petit <claire@cabinet.example> a écrit :",
        CITED,
        footer="-- \nEnvoyé de mon appareil Android avec K-9 Mail. Veuillez excuser ma brièveté.",
    ),
    _below(
        "spark",
        "Le 3 mars 2025 à 10:12 +0100, Claire Petit <claire@cabinet.example>, a écrit :",
        CITED,
    ),
    _below(
        "em client",
        '------ Message d\'origine ------\nDe : "Claire Petit" <claire@cabinet.example>\n'
        "À : jeanne@x.example\nEnvoyé : 03/03/2025 10:12:13\nObjet : Re: Sinistre\n",
    ),
    _below(
        "em client récent, sans deux-points",
        '------ Message d\'origine ------\nDe "Claire Petit" <claire@cabinet.example>\n'
        "À jeanne@x.example\nDate 03/03/2025 10:12:13\nObjet Re: Sinistre\n",
    ),
    _below(
        "mutt",
        "On Mon, Mar 03, 2025 at 10:12:13AM +0100, Claire Petit wrote:",
        CITED,
    ),
    _below("roundcube", "Le 2025-03-03 10:12, Claire Petit a écrit :", CITED),
    _below("roundcube, point", "Le 03.03.2025 10:12, Claire Petit a écrit :", CITED),
    _below(
        "sogo",
        "Le Lundi, Mars 03, 2025 10:12 CET, Claire Petit <claire@cabinet.example> a écrit:\n ",
        CITED,
    ),
    _below("horde", "Claire Petit <claire@cabinet.example> a écrit :\n", CITED),
    _below("imp", "Selon Claire Petit <claire@cabinet.example>:\n", CITED),
    _below("imp anglais", "Quoting Claire Petit <claire@cabinet.example>:\n", CITED),
    _below("imp allemand", "Zitat von Claire Petit <claire@cabinet.example>:\n", CITED),
    _below(
        "proton",
        "Le lundi 3 mars 2025 à 10:12, Claire Petit <claire@cabinet.example> a écrit :\n",
        CITED,
        footer="Envoyé avec la messagerie sécurisée Proton Mail.",
    ),
    _below(
        "proton ancien, tirets d’imprimerie",
        "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐"
        "‐‐\nLe lundi 3 mars 2025 10:12 AM, Claire <claire@cabinet.example> a écrit :\n",
        CITED,
    ),
    _below(
        "proton anglais",
        "On Monday, March 3rd, 2025 at 10:12 AM, Claire Petit <claire@cabinet.example> wrote:\n",
        CITED,
    ),
    _below(
        "proton allemand",
        "Claire Petit <claire@cabinet.example> schrieb am Montag, 3. März 2025 um 10:12:\n",
        CITED,
    ),
    _below(
        "tutanota",
        "3 mars 2025 à 10:12 de claire@cabinet.example:\n",
        CITED,
    ),
    _below(
        "zoho",
        "---- Le lun., 03 mars 2025 10:12:13 +0100 Claire <claire@cabinet.example> a écrit ----\n",
    ),
    _below(
        "gmx allemand",
        'Gesendet: Montag, 03. März 2025 um 10:12 Uhr\nVon: "Claire" <claire@cabinet.example>\n'
        "An: jeanne@x.example\nBetreff: Aw: Schaden\n",
    ),
    _below(
        "gmx français",
        'Envoyé: lundi 3 mars 2025 à 10:12\nDe: "Claire" <claire@cabinet.example>\n'
        "À: jeanne@x.example\nObjet: Re: Sinistre\n",
    ),
    _below(
        "t-online",
        "-----Original-Nachricht-----\nBetreff: AW: Schaden\nDatum: 2025-03-03T10:12:00+0100\n"
        "Von: Claire <claire@cabinet.example>\nAn: jeanne@x.example\n",
    ),
    _below(
        "web.de, ancien",
        "Am 03.03.2025 um 10:12 schrieb Claire Petit\n<claire@cabinet.example>:\n",
        CITED,
    ),
    _below(
        "notes",
        "Claire Petit---03/03/2025 10:12:13---Bonjour, votre dossier avance\n\n"
        "De :    Claire Petit/SIN/CABINET\nA :     jeanne@x.example\nDate :  03/03/2025 10:12\n"
        "Objet : Re: Sinistre\n",
    ),
    _below(
        "notes, filets",
        "-----Claire Petit <claire@cabinet.example> a écrit : -----\nA : jeanne@x.example\n"
        "De : Claire Petit <claire@cabinet.example>\nDate : 03/03/2025 10:12\nObjet : Sinistre\n",
    ),
    _below(
        "notes, allemand",
        "Claire Petit---03.03.2025 10:12:13---Sehr geehrte Frau Mangin\n\nVon: Claire Petit\n"
        "An: jeanne@x.example\nDatum: 03.03.2025 10:12\nBetreff: Schaden\n",
    ),
    _below(
        "notes, auteur et date",
        "Claire Petit <claire@cabinet.example> a écrit sur 03/03/2025 10:12:13 :\n",
    ),
    _below(
        "notes, anglais",
        "Claire Petit <claire@cabinet.example> wrote on 03/03/2025 10:12:13 AM:\n",
        CITED,
    ),
    _below(
        "the bat",
        "Vous écriviez le lundi 3 mars 2025, 10:12:13 :\n",
        "CP> Votre dossier est chez l’expert.\nCP> Claire Petit",
    ),
    _below(
        "initiales",
        "Le 03/03/2025 à 10:12, Claire a écrit :",
        "CP> " + SAID.replace("\n", "\nCP> "),
    ),
    _below("barres", "Le 03/03/2025 à 10:12, Claire a écrit :", "| " + SAID.replace("\n", "\n| ")),
    _below(
        "guillemets", "Le 03/03/2025 à 10:12, Claire a écrit :", "» " + SAID.replace("\n", "\n» ")
    ),
    _below("citation seule", "", CITED),
    _below("citations emboîtées", "", ">> " + SAID.replace("\n", "\n>>> ")),
    _below(
        "outil de suivi",
        "##- Merci d’écrire votre réponse au-dessus de cette ligne -##\n",
    ),
    # --- answers elsewhere than above
    Row(
        "réponse dessous",
        f"Le 03/03/2025 à 10:12, Claire Petit a écrit :\n{CITED}\n\n{CLAIM}",
        CLAIM,
        HISTORY,
    ),
    Row(
        "réponse dessous, barres",
        "Le 03/03/2025 à 10:12, Claire a écrit :\n| Votre dossier est chez l’expert.\n"
        f"| Claire Petit\n\n{CLAIM}",
        CLAIM,
        HISTORY,
    ),
    Row(
        "réponse dessous, Orange",
        f"> Message du 03/03/25 10:12\n> De : Claire\n> A : Jeanne\n> Objet : Sinistre\n>\n{CITED}"
        f"\n\n{CLAIM}",
        CLAIM,
        HISTORY,
    ),
    Row(
        "réponses intercalées",
        "Bonjour,\n\nLe 03/03/2025 à 10:12, Claire a écrit :\n> Avez-vous le constat ?\n"
        "Oui, envoyé deux fois.\n> Et le devis ?\nNon : personne n’est venu.\n\nJeanne",
        "Bonjour,\n\nOui, envoyé deux fois.\nNon : personne n’est venu.\n\nJeanne",
        ("Avez-vous le constat", "Et le devis"),
    ),
    Row(
        "réponses intercalées, anglais",
        "On 3 Mar 2025, at 10:12, Claire <claire@cabinet.example> wrote:\n\n> Any news?\n\nNone.\n\n"
        "> Regards\n\nThis is not acceptable.",
        "None.\n\nThis is not acceptable.",
        ("Any news", "Regards"),
    ),
    Row(
        "réponses en rouge dans le texte",
        "Bonjour,\nMes réponses en rouge dans le texte.\nJeanne\n\nDe : Claire Petit\n"
        "Envoyé : lundi 3 mars 2025 10:12\nÀ : Jeanne\nObjet : RE: Sinistre\n\n"
        "Avez-vous reçu l’expert ? Non, jamais venu.\nClaire",
        "Bonjour,\nMes réponses en rouge dans le texte.\nJeanne\n\nDe : Claire Petit\n"
        "Envoyé : lundi 3 mars 2025 10:12\nÀ : Jeanne\nObjet : RE: Sinistre\n\n"
        "Avez-vous reçu l’expert ? Non, jamais venu.\nClaire",
        (),
    ),
    Row(
        "je vous réponds ci-dessous en bleu",
        "Je vous réponds ci-dessous en bleu.\n\nLe 03/03/2025 à 10:12, Claire a écrit :\n"
        "> Avez-vous le constat ? Oui, envoyé.\n> Claire",
        "Je vous réponds ci-dessous en bleu.\n\nLe 03/03/2025 à 10:12, Claire a écrit :\n"
        "> Avez-vous le constat ? Oui, envoyé.\n> Claire",
        (),
    ),
    Row(
        "my answers below in red",
        "See my answers below in red.\n\nOn 3 Mar 2025, at 10:12, Claire <c@cabinet.example> wrote:\n"
        "> Any report? NO, never.",
        "See my answers below in red.\n\nOn 3 Mar 2025, at 10:12, Claire <c@cabinet.example> wrote:\n"
        "> Any report? NO, never.",
        (),
    ),
    # --- what is no history
    *(
        Row(name, text, text, ())
        for name, text in {
            "lettre avec De et Objet": (
                "De : Jeanne Mangin, 3 rue des Lilas\nÀ : Cabinet des Tilleuls\nObjet : réclamation\n"
                "Date : le 3 mars 2025\n\nMadame, je conteste votre refus."
            ),
            "lettre avec Objet et références": (
                "Objet : réclamation\nRéf. : contrat 118\nDate du sinistre : 3 mars 2025 à 10h12\n\n"
                "Madame, je conteste."
            ),
            "récit d’un courriel reçu": (
                "Le 3 mars votre conseillère m’a écrit :\n« tout est réglé ».\nC’est faux."
            ),
            "récit avec l’heure": (
                "Le 3 mars 2025 à 10h12 votre conseillère nous a écrit :\n« tout est réglé ».\nFaux."
            ),
            "récit avec l’heure, sans pronom": (
                "Le 3 mars 2025 à 10h12, votre gestionnaire a écrit :\ntout est réglé.\nC’est faux."
            ),
            "récit d’un expert": ("L’expert a écrit :\nles dommages sont anciens.\nJe conteste."),
            "tableau à barres": "Garanties :\n| vol | refusé |\n| bris | refusé |\nPourquoi ?",
            "filet décoratif": "Bonjour,\n--------------------\nJe conteste.\n--------------------\nMerci",
            "parle du message d’origine": "Voir mon message d’origine : tout y est, merci.",
            "chronologie": (
                "Le 3 mars 2025 à 10:12 : appel.\nLe 4 mars 2025 à 9:00 : appel.\nPersonne.\n"
                "J’ai donc écrit :\nrien."
            ),
            "de la part de ma mère": "De la part de ma mère : elle attend depuis mars.\nJeanne",
            "formulaire du site": (
                "Nom : Mangin\nE-mail : jeanne@x.example\nDate : 03/03/2025 10:12\nSujet : réclamation\n"
                "Message : je conteste."
            ),
            "guillemets d’une citation": "Vous dites\n« rien ne sera\n» versé », je conteste.",
        }.items()
    ),
]

HTML = [
    _html(
        "outlook de bureau, filet",
        "<div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>"
        "<p class=MsoNormal><b>De&nbsp;:</b> Claire &lt;claire@cabinet.example&gt; <br>"
        "<b>Envoyé&nbsp;:</b> lundi 3 mars 2025 10:12<br><b>À&nbsp;:</b> Jeanne<br>"
        "<b>Objet&nbsp;:</b> RE: Sinistre<o:p></o:p></p></div></div>{said}",
    ),
    _html(
        "outlook de bureau, filet, allemand",
        "<div style='border:none;border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b>Von:</b> Claire"
        "<br><b>Gesendet:</b> Montag, 3. März 2025 10:12<br><b>An:</b> Jeanne<br><b>Betreff:</b> AW"
        "</p></div>{said}",
    ),
    _html(
        "outlook de bureau, filet, anglais",
        "<div style='border:none;border-top:solid #B5C4DF 1.0pt'><p class=MsoNormal><b>From:</b> Claire"
        "<br><b>Sent:</b> Monday, March 3, 2025 10:12 AM<br><b>To:</b> Jeanne<br><b>Subject:</b> RE:"
        "</p></div>{said}",
    ),
    _html(
        "outlook pour mac",
        '<div id="mail-editor-reference-message-container"><div><div style="border:none;border-top:'
        'solid #B5C4DF 1.0pt"><p><b><span>De : </span></b><span>Claire &lt;claire@cabinet.example&gt;'
        "<br><b>Date : </b>lundi, 3 mars 2025 à 10:12<br><b>À : </b>Jeanne<br><b>Objet : </b>Re: "
        "Sinistre</span></p></div>{said}</div></div>",
    ),
    _html(
        "outlook.com",
        '<div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1">'
        '<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri"><b>De :</b> Claire<br><b>Envoyé :</b> '
        "lundi 3 mars 2025 10:12<br><b>À :</b> Jeanne<br><b>Objet :</b> RE: Sinistre</font>"
        "<div>&nbsp;</div></div><div>{said}</div>",
    ),
    _html(
        "outlook pour iOS",
        '<div id="ms-outlook-mobile-signature">Obtenir <a href="https://aka.example/ios">Outlook pour '
        'iOS</a></div><hr><div id="divRplyFwdMsg"><b>De :</b> Claire<br><b>Envoyé :</b> Monday, March '
        "3, 2025 10:12:13 AM<br><b>À :</b> Jeanne<br><b>Objet :</b> Re: Sinistre</div>{said}",
        f"{CLAIM}\n\nObtenir Outlook pour iOS",
    ),
    _html(
        "en-têtes dans un tableau",
        "<table><tr><td><b>De :</b></td><td>Claire</td></tr><tr><td><b>Envoyé :</b></td><td>lundi 3 "
        "mars 2025 10:12</td></tr><tr><td><b>À :</b></td><td>Jeanne</td></tr><tr><td><b>Objet :</b>"
        "</td><td>RE: Sinistre</td></tr></table>{said}",
    ),
    _html(
        "gmail",
        '<br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">Le lun. '
        "3 mars 2025 à 10:12, Claire &lt;<a href='mailto:c@cabinet.example'>c@cabinet.example</a>&gt; "
        'a écrit :<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;'
        'border-left:1px solid rgb(204,204,204);padding-left:1ex">{said}</blockquote></div>',
    ),
    _html(
        "gmail, transfert",
        '<div class="gmail_quote"><div dir="ltr" class="gmail_attr">---------- Forwarded message '
        '---------<br>De : <strong class="gmail_sendername">Claire</strong> <span>&lt;c@cabinet.example'
        "&gt;</span><br>Date: lun. 3 mars 2025 à 10:12<br>Subject: Sinistre<br>To: Jeanne<br></div>"
        "<br><br>{said}</div>",
    ),
    _html(
        "apple mail",
        '<div><br><blockquote type="cite"><div>Le 3 mars 2025 à 10:12, Claire &lt;c@cabinet.example'
        '&gt; a écrit :</div><br class="Apple-interchange-newline"><div>{said}</div></blockquote></div>',
    ),
    _html(
        "apple mail sur iPhone",
        '<div dir="ltr">Envoyé de mon iPhone</div><div dir="ltr"><br><blockquote type="cite">Le 3 mars '
        "2025 à 10:12, Claire &lt;c@cabinet.example&gt; a écrit :<br><br></blockquote></div>"
        '<blockquote type="cite"><div dir="ltr">﻿{said}</div></blockquote>',
        f"{CLAIM}\n\nEnvoyé de mon iPhone",
    ),
    _html(
        "yahoo",
        '<div id="yahoo_quoted_118" class="yahoo_quoted"><div style="font-size:13px;color:#26282a;">'
        "<div>Le lundi 3 mars 2025 à 10:12:13 UTC+1, Claire &lt;c@cabinet.example&gt; a écrit :</div>"
        "<div><br></div><div><br></div><div>{said}</div></div></div>",
    ),
    _html(
        "orange",
        '<blockquote style="border-left: 2px solid #ff6600; padding-left:5px">&gt; Message du 03/03/25 '
        '10:12<br>&gt; De : "Claire" &lt;c@cabinet.example&gt;<br>&gt; A : Jeanne<br>&gt; Copie à : '
        "<br>&gt; Objet : RE: Sinistre<br>&gt; <br>{said}</blockquote>",
    ),
    _html(
        "orange, sans retrait",
        "<p>&gt; Message du 03/03/25 10:12<br>&gt; De : Claire<br>&gt; A : Jeanne<br>&gt; Objet : RE:"
        "<br>&gt; </p>{said}",
    ),
    _html(
        "sfr",
        "<div>========================================<br><br>Message du : 03/03/2025 10:12<br>De : "
        "Claire<br>A : Jeanne<br>Copie à :<br>Sujet : RE: Sinistre<br></div>{said}",
    ),
    _html(
        "zimbra, free",
        '<hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>De: </b>"Claire" '
        '&lt;c@cabinet.example&gt;<br><b>À: </b>"Jeanne"<br><b>Envoyé: </b>Lundi 3 Mars 2025 10:12:13'
        '<br><b>Objet: </b>Re: Sinistre<br></div><br><div data-marker="__QUOTED_TEXT__">{said}</div>',
    ),
    _html(
        "thunderbird",
        '<div class="moz-cite-prefix">Le 03/03/2025 à 10:12, Claire Petit a écrit :<br></div>'
        '<blockquote type="cite" cite="mid:a@b.example">{said}</blockquote>',
    ),
    _html(
        "thunderbird, transfert",
        '<div class="moz-forward-container">-------- Message transféré --------<table '
        'class="moz-email-headers-table"><tbody><tr><th>Sujet : </th><td>Sinistre</td></tr><tr><th>'
        "Date : </th><td>Mon, 3 Mar 2025 10:12:13 +0100</td></tr><tr><th>De : </th><td>Claire</td></tr>"
        "<tr><th>Pour : </th><td>Jeanne</td></tr></tbody></table><br>{said}</div>",
    ),
    _html(
        "gmx",
        '<div name="quote" style="margin:10px 5px 5px 10px; border-left:2px solid #C3D9E5;"><div>'
        "<b>Gesendet:</b>&nbsp;Montag, 3. März 2025 um 10:12 Uhr<br><b>Von:</b>&nbsp;Claire<br><b>An:"
        "</b>&nbsp;Jeanne<br><b>Betreff:</b>&nbsp;Aw: Schaden</div>{said}</div>",
    ),
    _html(
        "proton",
        '<div class="protonmail_quote">Le lundi 3 mars 2025 à 10:12, Claire &lt;c@cabinet.example&gt; '
        'a écrit :<br><br><blockquote class="protonmail_quote" type="cite">{said}</blockquote></div>',
    ),
    _html(
        "samsung",
        '<div id="composer_signature"><div style="font-size:85%">Envoyé depuis mon appareil Galaxy'
        '</div></div><div><br></div><div style="font-size:100%"><!-- originalMessage --><div>-------- '
        "Message d'origine --------</div><div>De : Claire &lt;c@cabinet.example&gt; </div><div>Date : "
        "03/03/2025  10:12  (GMT+01:00) </div><div>À : Jeanne </div><div>Objet : Re: Sinistre </div>"
        "<div><br></div></div>{said}",
        f"{CLAIM}\n\nEnvoyé depuis mon appareil Galaxy",
    ),
    _html(
        "k-9",
        '<div class="gmail_quote">Le 3 mars 2025 10:12:13 GMT+01:00, Claire &lt;c@cabinet.example&gt; '
        'a écrit :<blockquote class="gmail_quote" style="border-left: 1px solid #ccc">{said}'
        "</blockquote></div>",
    ),
    _html(
        "roundcube",
        '<p id="reply-intro">Le 2025-03-03 10:12, Claire Petit a écrit :</p><blockquote type="cite" '
        'style="padding: 0 0.4em; border-left: #1010ff 2px solid">{said}</blockquote>',
    ),
    _html(
        "sogo",
        "Le Lundi, Mars 03, 2025 10:12 CET, Claire &lt;c@cabinet.example&gt; a écrit:<br>&nbsp;"
        '<blockquote type="cite">{said}</blockquote>',
    ),
    _html(
        "infomaniak",
        "<div>Le 2025-03-03T10:12:13.000+01:00, Claire &lt;c@cabinet.example&gt; a écrit :</div>"
        '<blockquote class="ws-ng-quote">{said}</blockquote>',
    ),
    _html(
        "em client",
        '<div>------ Message d\'origine ------</div><div>De "Claire" &lt;c@cabinet.example&gt;</div>'
        "<div>À jeanne@x.example</div><div>Date 03/03/2025 10:12:13</div><div>Objet Re: Sinistre</div>"
        '<blockquote type="cite" class="cite2">{said}</blockquote>',
    ),
    _html(
        "spark",
        '<div name="messageReplySection">Le 3 mars 2025 à 10:12 +0100, Claire &lt;c@cabinet.example'
        '&gt;, a écrit :<br><blockquote type="cite" class="spark_quote" style="border-left: thin solid '
        '#1abc9c">{said}</blockquote></div>',
    ),
    _html(
        "notes",
        '<font color="#990099">-----Claire Petit &lt;c@cabinet.example&gt; a écrit : -----</font>'
        "<div><div>A : Jeanne<br>De : Claire Petit<br>Date : 03/03/2025 10:12<br>Objet : Sinistre<br>"
        "<br>{said}</div></div>",
    ),
]

ROWS = [*PLAIN, *HTML]
