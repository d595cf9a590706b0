// A go-libp2p node with QUIC, relay client and hole punching, driven by lines on standard input.
//
//	relay IP           relays, without limits; answers with its addresses by QUIC and by TCP
//	listen RELAY       reserves on the relay; answers with its peer ID
//	dial RELAY PEER    dials through the relay, waits for a direct connection; answers with its address
//	time RELAY PEER    the same; answers with milliseconds until relayed and from there until direct too
//	direct PEER        waits for a direct connection; answers with its address
//
// With the argument "tcp" it speaks TCP beside QUIC.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/protocol/circuitv2/client"
	"github.com/libp2p/go-libp2p/p2p/protocol/circuitv2/relay"
	"github.com/libp2p/go-libp2p/p2p/protocol/holepunch"
	quic "github.com/libp2p/go-libp2p/p2p/transport/quic"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
)

const patience = 40 * time.Second
const relayPort = 4001

// tracer writes what the hole punch does to standard error.
type tracer struct{}

func (tracer) Trace(event *holepunch.Event) {
	text, _ := json.Marshal(event)
	fmt.Fprintln(os.Stderr, "go:", event.Type, string(text))
}

func direct(h host.Host, id peer.ID) (string, error) {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(time.Millisecond) {
		for _, conn := range h.Network().ConnsToPeer(id) {
			if !conn.Stat().Limited && !strings.Contains(conn.RemoteMultiaddr().String(), "p2p-circuit") {
				return conn.RemoteMultiaddr().String(), nil
			}
		}
	}
	return "", errors.New("no direct connection in time")
}

// timed is how long a contact took, in milliseconds.
type timed struct {
	RelayedMs float64 `json:"relayedMs"`
	DirectMs  float64 `json:"directMs"`
	Address   string  `json:"address"`
}

func milliseconds(since time.Time) float64 {
	return float64(time.Since(since).Microseconds()) / 1000
}

func newRelay(ip string) (any, error) {
	resources := relay.DefaultResources()
	resources.Limit = nil
	resources.MaxReservationsPerIP = resources.MaxReservations
	resources.MaxReservationsPerASN = resources.MaxReservations
	addresses := []string{
		fmt.Sprintf("/ip4/%s/udp/%d/quic-v1", ip, relayPort),
		fmt.Sprintf("/ip4/%s/tcp/%d", ip, relayPort),
	}
	h, err := libp2p.New(
		libp2p.ListenAddrStrings(addresses...),
		libp2p.Transport(quic.NewTransport),
		libp2p.Transport(tcp.NewTCPTransport),
		libp2p.ForceReachabilityPublic(),
		libp2p.EnableRelayService(relay.WithResources(resources)),
		libp2p.ResourceManager(&network.NullResourceManager{}))
	if err != nil {
		return nil, err
	}
	for i := range addresses {
		addresses[i] += "/p2p/" + h.ID().String()
	}
	return addresses, nil
}

func run(h host.Host, words []string) (any, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	switch words[0] {
	case "relay":
		return newRelay(words[1])
	case "listen":
		relay, err := peer.AddrInfoFromString(words[1])
		if err != nil {
			return nil, err
		}
		if err := h.Connect(ctx, *relay); err != nil {
			return nil, err
		}
		if _, err := client.Reserve(ctx, h, *relay); err != nil {
			return nil, err
		}
		// go-libp2p takes no hole punch before it knows an address of its own (go-libp2p#3024).
		for !slices.Contains(h.Mux().Protocols(), holepunch.Protocol) {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			time.Sleep(10 * time.Millisecond)
		}
		return h.ID().String(), nil
	case "dial", "time":
		info, err := peer.AddrInfoFromString(words[1] + "/p2p-circuit/p2p/" + words[2])
		if err != nil {
			return nil, err
		}
		relayed := network.WithAllowLimitedConn(ctx, "the hole punch comes after it")
		began := time.Now()
		if err := h.Connect(relayed, *info); err != nil {
			return nil, err
		}
		relayedMs := milliseconds(began)
		connected := time.Now()
		address, err := direct(h, info.ID)
		if err != nil || words[0] == "dial" {
			return address, err
		}
		return timed{relayedMs, milliseconds(connected), address}, nil
	case "direct":
		id, err := peer.Decode(words[1])
		if err != nil {
			return nil, err
		}
		return direct(h, id)
	}
	return nil, errors.New("unknown: " + words[0])
}

func main() {
	options := []libp2p.Option{
		libp2p.ListenAddrStrings("/ip4/0.0.0.0/udp/0/quic-v1"),
		libp2p.Transport(quic.NewTransport),
	}
	if slices.Contains(os.Args[1:], "tcp") {
		options = append(options,
			libp2p.ListenAddrStrings("/ip4/0.0.0.0/tcp/0"),
			libp2p.Transport(tcp.NewTCPTransport))
	}
	h, err := libp2p.New(append(options,
		libp2p.EnableRelay(),
		libp2p.ForceReachabilityPrivate(),
		libp2p.EnableHolePunching(holepunch.WithTracer(tracer{})),
		libp2p.ResourceManager(&network.NullResourceManager{}))...)
	if err != nil {
		panic(err)
	}
	lines := bufio.NewScanner(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		answer, err := run(h, strings.Fields(lines.Text()))
		if err != nil {
			out.Encode(map[string]any{"error": err.Error()})
		} else {
			out.Encode(map[string]any{"ok": answer})
		}
	}
}
