package provider

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"

	"github.com/virtengine/virtengine/chain/x/provider/types"
)

const profileHelp = "--host-uri is the https address of your gateway. --attributes takes one JSON object each, sorted by key.\n" +
	"--price-list informs customers; what a lease costs is what its winning bid asked."

// AutoCLIOptions describes the module's commands.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: types.Query_serviceDesc.ServiceName,
			Short:   "Who sells computing, and the certificates of their gateways",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{
					RpcMethod:      "Provider",
					Use:            "provider OWNER",
					Short:          "Show one provider",
					Long:           "Show one provider's gateway address, attributes and price list.",
					Example:        "virtengine query provider provider ve1provider...",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "owner"}},
				},
				{
					RpcMethod: "Providers",
					Use:       "providers",
					Short:     "List providers, all or those with one attribute",
					Long:      "List providers by address: all of them, or with --attribute-key and --attribute-value those that state it.\nRead on with --page-key and the next_key of the page before.",
					Example:   "virtengine query provider providers --attribute-key region --attribute-value eu-west",
				},
				{
					RpcMethod:      "Certificate",
					Use:            "certificate OWNER SERIAL",
					Short:          "Show one certificate, revoked or not",
					Long:           "Show one certificate, revoked or not. A gateway that presents a revoked one must not be trusted.",
					Example:        "virtengine query provider certificate ve1provider... 123456789",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "owner"}, {ProtoField: "serial"}},
				},
				{
					RpcMethod:      "Certificates",
					Use:            "certificates OWNER",
					Short:          "List an account's certificates",
					Long:           "List an account's certificates, by serial as text.",
					Example:        "virtengine query provider certificates ve1provider...",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "owner"}},
				},
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: types.Msg_serviceDesc.ServiceName,
			Short:   "Register as a provider, publish certificates",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{
					RpcMethod: "CreateProvider",
					Use:       "create HOST_URI PRICE_LIST",
					Short:     "Register as a provider",
					Long:      "Register the sender as a provider.\n" + profileHelp,
					Example: `virtengine tx provider create https://provider.example:8443 '{"base_per_block":"10"}' ` +
						`--attributes '{"key":"region","value":"eu-west"}' --from provider`,
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "host_uri"}, {ProtoField: "price_list"}},
				},
				{
					RpcMethod: "UpdateProvider",
					Use:       "update HOST_URI PRICE_LIST",
					Short:     "Replace your profile",
					Long:      "Replace the sender's whole profile: what is not given is empty afterwards. Running leases keep their price.\n" + profileHelp,
					Example: `virtengine tx provider update https://provider.example:8443 '{"base_per_block":"12"}' ` +
						`--attributes '{"key":"region","value":"eu-west"}' --from provider`,
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "host_uri"}, {ProtoField: "price_list"}},
				},
				{
					RpcMethod: "DeleteProvider",
					Use:       "delete",
					Short:     "Stop being a provider",
					Long:      "Remove the sender's profile. Fails while leases hold its capacity; open bids lose and their deposits come back.",
					Example:   "virtengine tx provider delete --from provider",
				},
				{
					RpcMethod: "PublishCertificate",
					Use:       "publish-certificate DER",
					Short:     "Bind a TLS key to your account",
					Long: "Bind a TLS key to the sender: a self-signed X.509 certificate with your address as its common name,\n" +
						"ECDSA P-256 or Ed25519, at most 8 KiB. DER is base64, hex or the name of a file.",
					Example:        "virtengine tx provider publish-certificate ./gateway.der --from provider",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "der"}},
				},
				{
					RpcMethod:      "RevokeCertificate",
					Use:            "revoke-certificate SERIAL",
					Short:          "Withdraw a certificate for good",
					Long:           "Withdraw a certificate for good. Its serial cannot be published again.",
					Example:        "virtengine tx provider revoke-certificate 123456789 --from provider",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "serial"}},
				},
			},
		},
	}
}
