package main

import (
	"fmt"
	"os"
	"path/filepath"

	"gopkg.in/yaml.v3"
)

// Today's CLI sends `runtime.options` of Pulumi.yaml with the request to run; this version of the host knows them as flags only,
// which nobody gives it any more. So it reads them itself: the CLI starts it in the program's folder.
func init() {
	if folder, err := os.Getwd(); err == nil {
		os.Args = withOptions(os.Args, projectOptions(folder))
	}
}

// withOptions puts the options the host knows in front of its arguments: a flag that is given after all comes later and wins.
func withOptions(args []string, options map[string]interface{}) []string {
	flags := []string{}
	for _, name := range []string{"typescript", "tsconfig", "nodeargs"} {
		if value, ok := options[name]; ok {
			flags = append(flags, fmt.Sprintf("-%s=%v", name, value))
		}
	}
	return append(append(args[:1:1], flags...), args[1:]...)
}

// projectOptions are those of the nearest Pulumi.yaml; none, if there is none. What is wrong with it is the CLI's to report.
func projectOptions(folder string) map[string]interface{} {
	for ; ; folder = filepath.Dir(folder) {
		content, err := os.ReadFile(filepath.Join(folder, "Pulumi.yaml"))
		if err == nil {
			var project struct {
				Runtime struct {
					Options map[string]interface{} `yaml:"options"`
				} `yaml:"runtime"`
			}
			// A runtime may be a bare name, which has no options.
			_ = yaml.Unmarshal(content, &project)
			return project.Runtime.Options
		}
		if folder == filepath.Dir(folder) {
			return nil
		}
	}
}
