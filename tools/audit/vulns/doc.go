// Package vulns finds known vulnerabilities in the code that a module is built with, by govulncheck and a database that lies
// in a folder.
//
// Guarantee: no network is asked. Which database was used and how old it is stands in the result. A vulnerable function
// that code of ours can reach is a finding, with the way to it; one that is only in a package we import, or in a module we
// require, is a note and fails nothing. Without a database the result says that nothing was checked.
//
// Threat: shipping code of others with a hole that is already public.
//
// It does not find what the database does not hold, and what nobody knows yet. Calls are those that static analysis sees:
// by reflection, linkname and assembly there are others. Only the platform that the audit runs on is analyzed.
package vulns
