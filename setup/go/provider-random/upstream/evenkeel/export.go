// Package evenkeel lends the provider's constructor to the bridge: the original lies in an internal package. The build
// copies the provider's module around this folder.
package evenkeel

import "github.com/terraform-providers/terraform-provider-random/internal/provider"

// New makes the provider.
var New = provider.New
