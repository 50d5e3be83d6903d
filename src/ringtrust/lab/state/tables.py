"""The tables that every node answers `run sql` from (interfaces.md §1.12), in SQLite."""

from typing import Final

from ringtrust.lab.releases import Release
from ringtrust.lab.state import itl_reports

_TABLES: Final = """
create table processnode (pkid text primary key, name text, mac text, systemnode text, description text,
    isactive text, nodeid integer, tknodeusage integer, ipv6name text, fklbmhubgroup text, tkprocessnoderole integer,
    tkssomode integer);
create table processconfig (pkid text primary key, paramname text, paramvalue text, tkservice integer,
    fkprocessnode text);
create table typeservice (enum integer primary key, name text, moniker text);
create table processnodeservice (pkid text primary key, fkprocessnode text, tkservice integer, enable text,
    isactive text);
create table certificate (pkid text primary key, servername text, subjectname text, issuername text, serialnumber text,
    certificate text, ipv4address text, ipv6address text, timetolive integer{distribution});
create table certificateservicecertificatemap (pkid text primary key, fkcertificate text, tkcertificateservice integer);
create table certificateprocessnodemap (pkid text primary key, fkcertificate text, servername text, ipv4address text,
    ipv6address text);
create table certificatetrustrolemap (pkid text primary key, fkcertificate text, tktrustrole integer);
create table certificatehashmap (pkid text primary key, fkcertificate text, hash text);
create table typecertificateservice (enum integer primary key, name text, moniker text, usestruststore text);
create table typecertificatedistribution (enum integer primary key, name text, moniker text);
create table typetrustrole (enum integer primary key, name text, moniker text);
create table typemodel (enum integer primary key, name text, moniker text);
create table typedeviceprotocol (enum integer primary key, name text, moniker text);
create table typecertificateoperation (enum integer primary key, name text, moniker text);
create table typecertificatestatus (enum integer primary key, name text, moniker text);
create table typeauthenticationmode (enum integer primary key, name text, moniker text);
create table typekeysize (enum integer primary key, name text, moniker text);
create table typekeyorder (enum integer primary key, name text, moniker text);
create table typeeckeysize (enum integer primary key, name text, moniker text);
create table typeclass (enum integer primary key, name text, moniker text);
create table callmanager (pkid text primary key, name text, description text, fkprocessnode text, ctiid integer);
create table callmanagergroup (pkid text primary key, name text, tftpdefault text);
create table callmanagergroupmember (pkid text primary key, fkcallmanagergroup text, fkcallmanager text,
    priority integer);
create table devicepool (pkid text primary key, name text, fkcallmanagergroup text);
create table device (pkid text primary key, name text, description text, tkmodel integer,
    tkclass integer, tkdeviceprotocol integer, fkdevicepool text, tkcertificateoperation integer,
    tkcertificatestatus integer, authenticationstring text, upgradefinishtime text, publickey text,
    tkkeyauthority integer, fksecurityprofile text, ecpublickeycurve integer,
    lscvaliduntil integer, lscissuername text, lscissuervaliduntil integer,
    tkauthenticationmode integer, tkkeysize integer, tkkeyorder integer, tkeckeysize integer);
create table securityprofile (pkid text primary key, name text, description text, tkdevicesecuritymode integer,
    tftpencryptedconfig text);
create table typedevicesecuritymode (enum integer primary key, name text, moniker text);
create table registrationdynamic (pkid text primary key, fkdevice text, lastknownipaddress text, lastknownucm text,
    datetimestamp integer, lastseen integer, lastactiveload text);
"""
# The catalog that every Informix database has, as far as names go.
_CATALOG: Final = """
create table systables (tabname text, tabid integer primary key, tabtype text);
create table syscolumns (colname text, tabid integer, colno integer);
insert into systables select name, rowid, 'T' from sqlite_master where type = 'table';
insert into syscolumns select c.name, t.tabid, c.cid + 1 from systables as t, pragma_table_info(t.tabname) as c;
"""


def tables(release: Release) -> str:
    """The tables of a release: certificates have a distribution from 10.x on (interfaces.md §1.12)."""
    known = _TABLES.replace("{distribution}", ", tkcertificatedistribution integer" if release.distribution else "")
    return f"{known}{itl_reports.TABLE if release.itl_told else ''}{_CATALOG}"
