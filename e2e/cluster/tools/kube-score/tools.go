//go:build tools

// Package tools names the program of this module that is built, so that go.sum pins it.
package tools

import _ "github.com/zegl/kube-score/cmd/kube-score"
