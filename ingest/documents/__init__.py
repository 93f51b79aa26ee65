"""What stands in the files that come with a mail: letters in PDF, Word or scanned, mails in Outlook's own forms."""
