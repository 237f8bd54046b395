package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"github.com/go-viper/mapstructure/v2"
	"github.com/spf13/cobra"
	"github.com/spf13/viper"

	"github.com/virtengine/virtengine/ml/inference/pipeline"
	"github.com/virtengine/virtengine/ml/inference/service/config"
	"github.com/virtengine/virtengine/ml/publish/pack"
	"github.com/virtengine/virtengine/security/paths"
)

// Version is set by the linker.
var Version = "development"

// app is what all commands share: where the settings come from, and what runs models.
type app struct {
	viper     *viper.Viper
	file      string
	exec      pack.Executor // as fast as this machine can
	reference pack.Executor // plain loops, with which it is compared
	kernels   string        // what this machine's processor was found to have
}

const long = `inference-service runs verified model packs for a validator: scores of identities, and raw inference.

Begin:
  inference-service config init > inference.yaml     a configuration that explains itself
  inference-service conformance --pack FILE          does this machine find what the pack promises?
  inference-service run --config $PWD/inference.yaml

It starts when every pack has its digests and enough signatures, and all its conformance triples come out with the same bits here; else
it says which pack is wrong, and does not. It listens on unix sockets of its own user, or over TLS that asks for a certificate:

  curl --unix-socket /run/virtengine/inference-http.sock http://localhost/readyz
  curl --unix-socket /run/virtengine/inference-http.sock http://localhost/v1/describe

What cannot be computed is an error with a reason. There is no score in its place, and a validator that gets none abstains.`

func root(a *app) *cobra.Command {
	a.viper.AllowEmptyEnv(true) // an empty address is none, and not the default one
	cmd := &cobra.Command{Use: "inference-service", Short: "Runs verified models for a validator", Long: long, SilenceUsage: true, SilenceErrors: true}
	flags := cmd.PersistentFlags()
	flags.StringVar(&a.file, "config", "", "configuration file; flags and VE_INFERENCE_SECTION_KEY variables beat it")
	for _, k := range config.Keys(config.Default()) {
		declare(cmd, k)
		if err := errors.Join(a.viper.BindPFlag(k.Name, flags.Lookup(k.Name)), a.viper.BindEnv(k.Name, k.Env)); err != nil {
			panic(err) // a flag that was declared a line above
		}
		a.viper.SetDefault(k.Name, k.Value)
	}
	cmd.AddCommand(a.runCommand(), a.conformance(), a.configCommand(), version())
	return cmd
}

// declare makes a setting a flag.
func declare(cmd *cobra.Command, k config.Key) {
	flags := cmd.PersistentFlags()
	switch v := k.Value.(type) {
	case string:
		flags.String(k.Name, v, k.Help)
	case []string:
		flags.StringSlice(k.Name, v, k.Help)
	case bool:
		flags.Bool(k.Name, v, k.Help)
	case time.Duration:
		flags.Duration(k.Name, v, k.Help)
	case int64:
		flags.Int64(k.Name, v, k.Help)
	default:
		panic(fmt.Sprintf("setting %s has type %T, which no flag has", k.Name, v))
	}
}

// maxConfig is how many bytes a configuration may have.
const maxConfig = 1 << 20

// load reads flags, environment, file and defaults, in this order of strength. A key that does not exist is an error.
func (a *app) load() (config.Config, error) {
	var c config.Config
	if a.file != "" {
		file, err := filepath.Abs(a.file)
		if err != nil {
			return c, err
		}
		text, err := paths.ReadFile(file, maxConfig)
		if err == nil {
			a.viper.SetConfigType(strings.TrimPrefix(filepath.Ext(file), "."))
			err = a.viper.ReadConfig(bytes.NewReader(text))
		}
		if err != nil {
			return c, fmt.Errorf("%s: %w", file, err)
		}
	}
	strict := func(d *mapstructure.DecoderConfig) { d.ErrorUnused = true }
	hooks := viper.DecodeHook(mapstructure.ComposeDecodeHookFunc(mapstructure.StringToTimeDurationHookFunc(), commaList))
	if err := a.viper.Unmarshal(&c, strict, hooks); err != nil {
		return c, fmt.Errorf("%w: %w", config.ErrInvalid, err)
	}
	return c, nil
}

// commaList reads a list as an environment variable writes it.
func commaList(_, to reflect.Type, v any) (any, error) {
	s, ok := v.(string)
	if !ok || to != reflect.TypeFor[[]string]() {
		return v, nil
	}
	if s == "" {
		return []string{}, nil
	}
	return strings.Split(s, ","), nil
}

// valid is load and Validate.
func (a *app) valid() (config.Config, error) {
	c, err := a.load()
	if err != nil {
		return c, err
	}
	return c, c.Validate()
}

func (a *app) configCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: "Write, check or show the configuration"}
	show := func(load func() (config.Config, error)) func(cmd *cobra.Command, _ []string) error {
		return func(cmd *cobra.Command, _ []string) error {
			c, err := load()
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(cmd.OutOrStdout(), config.Commented(c))
			return err
		}
	}
	cmd.AddCommand(
		&cobra.Command{Use: "init", Short: "Print a configuration file that explains itself", Args: cobra.NoArgs,
			RunE: show(func() (config.Config, error) { return config.Default(), nil })},
		&cobra.Command{Use: "params", Short: "Print the pipeline's recommended parameters, for pipeline.params_file", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
			e := json.NewEncoder(cmd.OutOrStdout())
			e.SetIndent("", "  ")
			return e.Encode(pipeline.Default())
		}},
		&cobra.Command{Use: "show", Short: "Print the configuration as flags, environment and file make it", Args: cobra.NoArgs, RunE: show(a.load)},
		&cobra.Command{Use: "check", Short: "Say what is wrong with the configuration", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := a.valid(); err != nil {
				return err
			}
			_, err := fmt.Fprintln(cmd.OutOrStdout(), "the configuration is valid")
			return err
		}},
	)
	return cmd
}

func version() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Print the version", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		_, err := fmt.Fprintln(cmd.OutOrStdout(), Version)
		return err
	}}
}
