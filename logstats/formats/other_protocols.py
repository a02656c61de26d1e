"""Commands of FTP, SMTP and NNTP: IIS logs these services with the fields of its web logs.

Names that are also methods of HTTP (HEAD, POST, LIST, SEARCH, …) are not in the table: a log of another
service has the other ones too.
"""

import re

COMMANDS = {
    # service: its commands, as RFC 959, 2228, 2389, 2428 and 3659, RFC 5321, RFC 3977 and IIS name them
    "FTP": (
        "USER PASS ACCT CWD CDUP SMNT QUIT REIN PORT PASV TYPE STRU MODE RETR STOR STOU APPE ALLO REST "
        "RNFR RNTO ABOR DELE RMD XRMD MKD XMKD PWD XPWD NLST SITE SYST STAT HELP NOOP FEAT OPTS AUTH ADAT "
        "PBSZ PROT CCC "
        "EPRT EPSV MDTM MLST MLSD SIZE XCWD XCUP CLNT LPRT LPSV SENT CREATED CLOSED "
        "CONTROLCHANNELOPENED CONTROLCHANNELCLOSED DATACHANNELOPENED DATACHANNELCLOSED"
    ),
    "SMTP": (
        "HELO EHLO MAIL RCPT DATA RSET VRFY EXPN TURN ETRN BDAT STARTTLS XEXCH50 TIMEOUT "
        "OUTBOUNDCONNECTIONCOMMAND OUTBOUNDCONNECTIONRESPONSE"
    ),
    "NNTP": "ARTICLE BODY GROUP IHAVE LISTGROUP NEWGROUPS NEWNEWS SLAVE XHDR XOVER XPAT AUTHINFO TAKETHIS",
}
NAMES = frozenset(" ".join(COMMANDS.values()).split())
SESSION = re.compile(r"^\[[0-9]+\]")  # IIS writes the number of an FTP session before the command


def is_command(method: str) -> bool:
    """Whether what a log has as a method is a command of another protocol."""
    return SESSION.match(method) is not None or method.upper() in NAMES
