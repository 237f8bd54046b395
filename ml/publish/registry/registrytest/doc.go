// Package registrytest is what every registry holds to.
//
// For the test of each adapter of registry.Reader, which is one line that calls Run.
package registrytest
