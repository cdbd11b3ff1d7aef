// Command pulumi-resource-docker serves the resources of @pulumi/docker by bridging the Terraform provider that the
// official plugin bridges too. Not served: docker.Image and the functions that no Terraform resource stands for.
package main

import (
	"fmt"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/terraform-providers/terraform-provider-docker/evenkeel"
)

// version is set at link time to the one of the npm package @pulumi/docker.
var version = "0.0.0-dev"

const pkg = "docker"

func providerInfo() tfbridge.ProviderInfo {
	make := tokens.MakeStandard(pkg)
	resource := func(name string) *tfbridge.ResourceInfo {
		return &tfbridge.ResourceInfo{Tok: tfbridge.MakeResource(pkg, "index", name)}
	}
	image := resource("RemoteImage")
	// Without an entry, auto-naming would append a random suffix to the image's name.
	image.Fields = map[string]*tfbridge.SchemaInfo{"name": {Name: "name"}}

	container := resource("Container")
	container.Fields = map[string]*tfbridge.SchemaInfo{
		"command":           {Name: "command"},
		"networks_advanced": {Name: "networksAdvanced"},
	}
	// Host ports and names belong to one container at a time.
	container.DeleteBeforeReplace = true

	info := tfbridge.ProviderInfo{
		P:                 shim.NewProvider(evenkeel.New(version)()),
		Name:              pkg,
		Version:           version,
		TFProviderVersion: version,
		Config: map[string]*tfbridge.SchemaInfo{
			"host": {Default: &tfbridge.DefaultInfo{EnvVars: []string{"DOCKER_HOST"}}},
			// One set, but not a plural in the SDK.
			"registry_auth": {Name: "registryAuth"},
		},
		Resources: map[string]*tfbridge.ResourceInfo{
			"docker_config":    resource("ServiceConfig"),
			"docker_container": container,
			"docker_image":     image,
		},
		DataSources: map[string]*tfbridge.DataSourceInfo{
			"docker_image": {Tok: tfbridge.MakeDataSource(pkg, "index", "getRemoteImage")},
		},
	}
	info.MustComputeTokens(tokens.SingleModule("docker_", "index", make))
	info.SetAutonaming(255, "-")
	return info
}

func main() {
	schema := fmt.Sprintf(`{"name": %q, "version": %q}`, pkg, version)
	tfbridge.Main(pkg, version, providerInfo(), []byte(schema))
}
