// Command pulumi-resource-random serves the resources of @pulumi/random by bridging the Terraform provider that the
// official plugin bridges too.
package main

import (
	"context"
	"fmt"

	pf "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/terraform-providers/terraform-provider-random/evenkeel"
)

// version is set at link time to the one of the npm package @pulumi/random.
var version = "0.0.0-dev"

const pkg = "random"

// bytesID takes the value itself as the id, as the official plugin does: this resource has no id of its own.
func bytesID(_ context.Context, state resource.PropertyMap) (resource.ID, error) {
	value, ok := state["base64"]
	if ok && value.IsSecret() {
		value = value.SecretValue().Element
	}
	if !ok || !value.IsString() {
		return "", fmt.Errorf("random bytes: no base64 value in the state")
	}
	return resource.ID(value.StringValue()), nil
}

func providerInfo() tfbridge.ProviderInfo {
	named := func(name string) *tfbridge.ResourceInfo {
		return &tfbridge.ResourceInfo{Tok: tfbridge.MakeResource(pkg, "index", "Random"+name)}
	}
	bytes := named("Bytes")
	bytes.ComputeID = bytesID
	return tfbridge.ProviderInfo{
		P:                           pf.ShimProvider(evenkeel.New()),
		Name:                        pkg,
		Version:                     version,
		TFProviderVersion:           version,
		EnableAccurateBridgePreview: true,
		EnableRawStateDelta:         true,
		MetadataInfo:                tfbridge.NewProviderMetadata([]byte("{}")),
		Resources: map[string]*tfbridge.ResourceInfo{
			"random_bytes":    bytes,
			"random_id":       named("Id"),
			"random_integer":  named("Integer"),
			"random_password": named("Password"),
			"random_pet":      named("Pet"),
			"random_shuffle":  named("Shuffle"),
			"random_string":   named("String"),
			"random_uuid":     named("Uuid"),
			"random_uuid4":    named("Uuid4"),
			"random_uuid7":    named("Uuid7"),
		},
	}
}

func main() {
	ctx := context.Background()
	schema := fmt.Sprintf(`{"name": %q, "version": %q}`, pkg, version)
	pf.Main(ctx, pkg, providerInfo(), pf.ProviderMetadata{PackageSchema: []byte(schema)})
}
