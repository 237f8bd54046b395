package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"github.com/go-viper/mapstructure/v2"
	"github.com/spf13/cobra"
	"github.com/spf13/viper"

	"github.com/virtengine/virtengine/daemons/provider/config"
	"github.com/virtengine/virtengine/security/paths"
)

// Version is set by the linker.
var Version = "development"

// app is what all commands share: where the settings come from.
type app struct {
	viper *viper.Viper
	home  string
	file  string
}

func root() *cobra.Command {
	a := &app{viper: viper.New()}
	cmd := &cobra.Command{
		Use:           "provider-daemon",
		Short:         "Sell a machine's computing on the market",
		Long:          "provider-daemon bids on orders, runs the leases it wins, meters them and is paid.\n\nBegin with `provider-daemon init`, then edit the file it wrote, then `provider-daemon start`.",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	flags := cmd.PersistentFlags()
	flags.StringVar(&a.home, "home", defaultHome(), "state folder (environment: VE_PROVIDER_HOME)")
	flags.StringVar(&a.file, "config", "", "configuration file (default <home>/config.yaml)")
	for _, k := range config.Keys(config.Default()) {
		declare(cmd, k)
		if err := a.viper.BindPFlag(k.Name, flags.Lookup(k.Name)); err != nil {
			panic(err) // a flag that was declared a line above
		}
		if err := a.viper.BindEnv(k.Name, k.Env); err != nil {
			panic(err)
		}
		a.viper.SetDefault(k.Name, k.Value)
	}
	cmd.AddCommand(a.initCommand(), a.start(), a.status(), a.configCommand(), a.queue(), a.lease(), a.usage(), a.bid(), a.backend(), version())
	return cmd
}

// declare makes a setting a flag. Every setting is one; --help of a command shows those that people give by hand.
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
	case uint64:
		flags.Uint64(k.Name, v, k.Help)
	case uint32:
		flags.Uint32(k.Name, v, k.Help)
	case uint16:
		flags.Uint16(k.Name, v, k.Help)
	case int64:
		flags.Int64(k.Name, v, k.Help)
	default:
		panic(fmt.Sprintf("setting %s has type %T, which no flag has", k.Name, v))
	}
	if !strings.HasPrefix(k.Name, "chain.") {
		if err := flags.MarkHidden(k.Name); err != nil {
			panic(err)
		}
	}
}

func defaultHome() string {
	if h := os.Getenv(config.EnvPrefix + "_HOME"); h != "" {
		return h
	}
	h, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(h, ".virtengine-provider")
}

// configFile is the file in the state folder that settings are read from, and maxConfig how many bytes it may have.
const (
	configFile = "config.yaml"
	maxConfig  = 1 << 20
)

// load reads flags, environment, file and defaults, in this order of strength. A key that does not exist is an error.
func (a *app) load() (config.Config, error) {
	var c config.Config
	home, err := filepath.Abs(a.home)
	if err != nil {
		return c, err
	}
	file := a.file
	if file == "" {
		file = filepath.Join(home, configFile)
	}
	file, err = filepath.Abs(file)
	if err != nil {
		return c, err
	}
	text, err := paths.ReadFile(file, maxConfig)
	if err == nil {
		a.viper.SetConfigType(strings.TrimPrefix(filepath.Ext(file), "."))
		err = a.viper.ReadConfig(bytes.NewReader(text))
	}
	if err != nil && (a.file != "" || !errors.Is(err, fs.ErrNotExist)) {
		return c, fmt.Errorf("%s: %w", file, err)
	}
	strict := func(d *mapstructure.DecoderConfig) { d.ErrorUnused = true }
	hooks := viper.DecodeHook(mapstructure.ComposeDecodeHookFunc(mapstructure.StringToTimeDurationHookFunc(), commaList))
	if err := a.viper.Unmarshal(&c, strict, hooks); err != nil {
		return c, fmt.Errorf("%w: %s: %w", config.ErrInvalid, file, err)
	}
	c.State.Home = home
	if c.Chain.KeyringDir == "" {
		c.Chain.KeyringDir = home
	}
	if c.Backend.Local.StateDir == "" {
		c.Backend.Local.StateDir = filepath.Join(home, "local")
	}
	return c, nil
}

// commaList reads a list as an environment variable writes it.
func commaList(from, to reflect.Type, v any) (any, error) {
	s, ok := v.(string)
	if !ok || to != reflect.TypeFor[[]string]() || from.Kind() != reflect.String {
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

func version() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Print the version", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		_, err := fmt.Fprintln(cmd.OutOrStdout(), Version)
		return err
	}}
}
