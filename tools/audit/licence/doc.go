// Package licence finds out under which licences the code of others stands that we build with.
//
// Guarantee:
//   - Every Go module of which a package is compiled into a program or a test of ours, on any platform of the policy, is
//     named, with the licence files of its root and of every folder on the way to a package in use.
//   - A licence is recognized by its own words and by its length: all of its distinguishing phrases, in order, and no
//     more text than it has. A text with a clause added, or a clause missing, is unknown, and unknown is a finding.
//   - A licence that the policy does not allow by name is a finding. A person's decision about a module is bound to the
//     digest of the licence files it was made for, and is a finding itself once it is not needed any more.
//   - The list of all of it is kept in the repository, so that a dependency which changes its licence shows in a diff.
//
// Threat: an obligation that nobody agreed to, by way of a new dependency, of a dependency's dependency, of a version
// that changed its terms, or of a folder inside a module that has terms of its own.
//
// It does not protect from a module that copied code without saying so, and reads neither the headers of source files nor
// licences in README files. It is no legal advice: it makes sure that a person was asked.
package licence
