"""What the doctor says, in French and in English: how a point stands, or its fault and its mend."""

from collections.abc import Mapping
from typing import Final

LANGUAGES: Final = ("fr", "en")

POINTS: Final[Mapping[str, tuple[str, str]]] = {
    "settings": ("Réglages", "Settings"),
    "mailbox": ("Boîte {name}", "Mailbox {name}"),
    "mailboxes": ("Boîtes", "Mailboxes"),
    "token": ("Jeton {name}", "Token {name}"),
    "smtp": ("Envoi", "Sending"),
    "domain": ("Domaine {name}", "Domain {name}"),
    "database": ("Base de données", "Database"),
    "accounts": ("Comptes", "Accounts"),
    "staff": ("Rôles", "Roles"),
    "letters": ("Lettres", "Letters"),
    "model": ("Modèle", "Model"),
    "clock": ("Horloge", "Clock"),
    "zone": ("Fuseau", "Time zone"),
    "disk": ("Disque", "Disk"),
    "mediator": ("Médiateur", "Mediator"),
    "notices": ("Avis", "Notices"),
    "web": ("Pages", "Pages"),
}

SAID: Final[Mapping[str, tuple[str, str]]] = {
    # As it should be.
    "settings_read": ("{path}", "{path}"),
    "mailbox_open": ("ouverte en lecture seule ({counts})", "opened read-only ({counts})"),
    "token_none": (
        "aucun encore : il est demandé à la première relève",
        "none yet: it is asked for at the first pass",
    ),
    "token_good": (
        "renouvelé le {since}, bon jusqu’au {until}",
        "renewed on {since}, good until {until}",
    ),
    "smtp_answers": (
        "{host}:{port} répond (rien n’a été envoyé)",
        "{host}:{port} answers (nothing was sent)",
    ),
    "database_good": ("ouverte, à jour, inscriptible", "open, up to date, writable"),
    "database_served": (
        "ouverte, à jour, inscriptible ; le service tourne",
        "open, up to date, writable; the service is running",
    ),
    "accounts_open": ("{count} ouverts", "{count} open"),
    "staff_nobody_listed": (
        "aucune table [[staff]] : chacun peut tout",
        "no [[staff]] table: everybody may do everything",
    ),
    "staff_good": ("{count} dirigeants", "{count} managers"),
    "letters_good": ("tous les modèles sont bons", "every template is good"),
    "model_good": ("version {version}", "version {version}"),
    "clock_good": ("{now}", "{now}"),
    "zone_good": ("{zone}", "{zone}"),
    "disk_good": ("{free} Go libres", "{free} GB free"),
    "mediator_good": ("{name}", "{name}"),
    "notices_good": ("{to}", "{to}"),
    "web_here": (
        "http://{host}:{port}, sur cette machine seulement",
        "http://{host}:{port}, on this machine only",
    ),
    "web_public": ("{url}", "{url}"),
    # To be minded: it works, but not as well as it could.
    "no_sent_folder": (
        "ouverte en lecture seule ({counts}), mais aucun dossier de messages envoyés n’est reconnu : "
        "les réponses écrites ailleurs ne seront pas vues. Donnez son nom dans mailbox.sent_folder.",
        "opened read-only ({counts}), but no folder of sent mail is recognised: answers written "
        "elsewhere will not be seen. Name it in mailbox.sent_folder.",
    ),
    "no_notices": (
        "personne n’est averti par courriel quand une boîte n’est plus relevée : donnez une adresse, "
        "de préférence d’un autre serveur, dans notices.to",
        "nobody is told by mail when a mailbox is no longer read: give an address, of another "
        "server if you can, in notices.to",
    ),
    "zone_odd": (
        "« {zone} » n’est pas l’heure d’un cabinet : un message du soir compterait pour le mauvais "
        'jour. Écrivez office.timezone = "Europe/Paris", ou le fuseau de votre département d’outre-mer.',
        "“{zone}” is no office's time: a mail of the evening would count for the wrong day. Write "
        'office.timezone = "Europe/Paris", or the zone of your overseas department.',
    ),
    "model_due": (
        "version {version}, du {since} : un apprentissage attend depuis plus de {days} jours "
        "({because}). Voyez si « doleances run » tourne, ou lancez « doleances train ».",
        "version {version}, of {since}: a learning has been due for more than {days} days "
        "({because}). See whether “doleances run” is running, or call “doleances train”.",
    ),
    # Faults of connections.
    "login": (
        "{where} répond, mais refuse l’identifiant ou le mot de passe de « {user} ». Corrigez "
        "{key}.user et le mot de passe ; certains fournisseurs veulent un mot de passe d’application.",
        "{where} answers, but refuses the user name or the password of “{user}”. Correct {key}.user "
        "and the password; some providers want an application password.",
    ),
    "unknown_host": (
        "aucun serveur ne s’appelle « {host} ». Corrigez {key}.host, ou voyez si le réseau et ses "
        "noms (DNS) fonctionnent.",
        "no server is called “{host}”. Correct {key}.host, or see whether the network and its names "
        "(DNS) work.",
    ),
    "refused": (
        "rien n’écoute sur {where} : ce n’est pas le bon serveur, ou pas le bon port. Corrigez "
        "{key}.host et {key}.port.",
        "nothing listens on {where}: it is the wrong server, or the wrong port. Correct {key}.host "
        "and {key}.port.",
    ),
    "mute": (
        "{where} ne répond pas à temps. Vérifiez {key}.host, {key}.port, {key}.tls et le pare-feu.",
        "{where} does not answer in time. Check {key}.host, {key}.port, {key}.tls and the firewall.",
    ),
    "self_signed": (
        "le certificat de {where} est signé par lui-même ou par une autorité que cette machine ne "
        "connaît pas. S’il est bien celui du cabinet, donnez l’autorité dans {key}.ca_file.",
        "the certificate of {where} is signed by itself or by an authority that this machine does "
        "not know. If it is the office's own, give the authority in {key}.ca_file.",
    ),
    "expired": (
        "le certificat de {where} a expiré. Demandez à qui tient ce serveur de le renouveler, et "
        "vérifiez l’horloge de cette machine.",
        "the certificate of {where} has expired. Ask whoever keeps that server to renew it, and "
        "check the clock of this machine.",
    ),
    "not_yet_valid": (
        "le certificat de {where} n’est pas encore valable : l’horloge de cette machine retarde "
        "sans doute. Réglez-la.",
        "the certificate of {where} is not valid yet: the clock of this machine is probably slow. "
        "Set it.",
    ),
    "wrong_name": (
        "le certificat de {where} est à un autre nom. Écrivez dans {key}.host le nom que donne "
        "votre fournisseur, pas une adresse ni un autre nom du même serveur.",
        "the certificate of {where} bears another name. Write in {key}.host the name that your "
        "provider gives, neither an address nor another name of the same server.",
    ),
    "no_tls": (
        "{where} ne parle pas TLS comme {key}.tls le demande. 993 et 465 veulent "
        '"tls", 143 et 587 "starttls".',
        "{where} does not speak TLS as {key}.tls asks. 993 and 465 want "
        '"tls", 143 and 587 "starttls".',
    ),
    "folder_missing": (
        "la boîte s’ouvre, mais n’a pas de dossier « {folder} ». Elle a : {known}. Corrigez "
        "mailbox.folders.",
        "the mailbox opens, but has no folder “{folder}”. It has: {known}. Correct mailbox.folders.",
    ),
    "folder_near": (
        "la boîte s’ouvre, mais n’a pas de dossier « {folder} » ; vouliez-vous dire « {near} » ? "
        "Accents et majuscules comptent : recopiez ce nom.",
        "the mailbox opens, but has no folder “{folder}”; did you mean “{near}”? Accents and "
        "capitals count: copy this name.",
    ),
    # Faults of the house.
    "settings_fault": ("{fault}", "{fault}"),
    "no_mailbox": (
        "aucune : ajoutez une table [[mailbox]] aux réglages",
        "none: add a [[mailbox]] table to the settings",
    ),
    "database_locked": (
        "occupée par un autre programme depuis plus d’un quart de minute. Fermez ce qui la tient "
        "(un outil SQLite, une sauvegarde, une copie du service), puis recommencez.",
        "held by another program for more than a quarter of a minute. Close whatever holds it (an "
        "SQLite tool, a backup, a copy of the service), then try again.",
    ),
    "no_account": (
        "personne ne peut trier : « doleances user add » ouvre un compte",
        "nobody can sort: “doleances user add” opens an account",
    ),
    "no_manager": (
        "aucun dirigeant parmi les {count} collaborateurs : personne ne peut administrer ni purger, "
        'et les alertes n’ont pas de dernier recours. Donnez role = "dirigeant" à quelqu’un.',
        "no manager among the {count} colleagues: nobody may administer or purge, and alarms have "
        'no last resort. Give somebody role = "dirigeant".',
    ),
    "letters_bad": (
        "{letters} : le modèle du cabinet ne sert pas, la version livrée part à sa place. "
        "« doleances letters lint » dit pourquoi.",
        "{letters}: the office's template does not serve, the shipped one leaves instead. "
        "“doleances letters lint” says why.",
    ),
    "clock_early": (
        "la machine se croit le {now} : réglez son horloge, les délais en dépendent",
        "the machine believes it is {now}: set its clock, the limits depend on it",
    ),
    "clock_off": (
        "l’horloge a {minutes} minutes d’écart avec celle de {host} : réglez-la (un service NTP le "
        "fait seul), les délais en dépendent",
        "the clock differs by {minutes} minutes from that of {host}: set it (an NTP service does so "
        "by itself), the limits depend on it",
    ),
    "disk_full": (
        "{free} Mo libres seulement dans {folder} : faites de la place, sinon plus rien n’est gardé",
        "only {free} MB free in {folder}: make room, else nothing more is kept",
    ),
    "mediator_missing": (
        "c’est encore celui de l’exemple : donnez nom, adresse et site de celui dont relève le "
        "cabinet dans [office.mediator], ils sont imprimés dans les réponses (L.616-1)",
        "it is still the example's: give name, address and site of the office's own in "
        "[office.mediator], they are printed in answers (L.616-1)",
    ),
    "web_open": (
        "ouvertes au réseau sur {host}:{port} sans HTTPS : mettez un serveur HTTPS devant et donnez "
        'son adresse dans web.public_url, ou revenez à web.host = "127.0.0.1"',
        "open to the network on {host}:{port} without HTTPS: put an HTTPS server before them and "
        'give its address in web.public_url, or go back to web.host = "127.0.0.1"',
    ),
    "otherwise": ("{said}", "{said}"),
}


def said(kind: str, language: str, facts: Mapping[str, object]) -> str:
    return SAID[kind][LANGUAGES.index(language)].format(**facts)


def point(kind: str, language: str, facts: Mapping[str, object]) -> str:
    return POINTS[kind][LANGUAGES.index(language)].format(**facts)
