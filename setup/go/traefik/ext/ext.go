// Package ext is Traefik's place for extensions of its dynamic configuration. There are none: the original is a folder
// of Traefik's repository that its module leaves out.
package ext

type HTTP struct{}

type Router struct{}
