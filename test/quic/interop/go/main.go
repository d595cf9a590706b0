// A go-libp2p node with QUIC alone, driven by lines on standard input: the other side of interop and bench.
//
//	listen                          answers with its address
//	bulk ADDR STREAMS BYTES         writes, waits for the count; answers with seconds
//	echo ADDR BYTES                 writes, reads back, compares
//	rtt ADDR COUNT                  100 bytes there and back on one stream
//	conns ADDR COUNT                dials and closes
//	dial ADDR                       connects
//	ping ADDR                       libp2p ping; answers with the agent that identify gave
//	abort ADDR                      writes, resets in mid-stream, then echoes again
//	usage                           CPU seconds and resident KiB
package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/protocol/ping"
	quic "github.com/libp2p/go-libp2p/p2p/transport/quic"
)

const (
	sink = "/shoal-test/sink"
	echo = "/shoal-test/echo"
)

func onSink(s network.Stream) {
	count, err := io.CopyBuffer(io.Discard, struct{ io.Reader }{s}, make([]byte, 1<<18))
	if err != nil {
		s.Reset()
		return
	}
	fmt.Fprintf(s, "%d", count)
	s.Close()
}

func onEcho(s network.Stream) {
	if _, err := io.CopyBuffer(struct{ io.Writer }{s}, struct{ io.Reader }{s}, make([]byte, 1<<18)); err != nil {
		s.Reset()
		return
	}
	s.Close()
}

type node struct{ host.Host }

func (n node) dial(text string) (peer.ID, error) {
	info, err := peer.AddrInfoFromString(text)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return info.ID, n.Connect(ctx, *info)
}

func (n node) bulk(id peer.ID, streams, size int) error {
	var group sync.WaitGroup
	failed := make(chan error, streams)
	for range streams {
		group.Go(func() {
			s, err := n.NewStream(context.Background(), id, sink)
			if err == nil {
				block := make([]byte, 1<<16)
				for left := size / streams; left > 0 && err == nil; left -= len(block) {
					_, err = s.Write(block[:min(left, len(block))])
				}
				s.CloseWrite()
				if err == nil {
					_, err = io.ReadAll(s)
				}
			}
			if err != nil {
				failed <- err
			}
		})
	}
	group.Wait()
	close(failed)
	return <-failed
}

func (n node) echo(id peer.ID, size int) error {
	s, err := n.NewStream(context.Background(), id, echo)
	if err != nil {
		return err
	}
	sent := make([]byte, size)
	rand.Read(sent)
	go func() {
		s.Write(sent)
		s.CloseWrite()
	}()
	got, err := io.ReadAll(s)
	if err != nil {
		return err
	}
	if !bytes.Equal(sent, got) {
		return errors.New("the echo differs")
	}
	return s.Close()
}

func (n node) rtt(id peer.ID, count int) error {
	s, err := n.NewStream(context.Background(), id, echo)
	if err != nil {
		return err
	}
	defer s.Close()
	block := make([]byte, 100)
	for range count {
		if _, err := s.Write(block); err != nil {
			return err
		}
		if _, err := io.ReadFull(s, block); err != nil {
			return err
		}
	}
	return nil
}

func (n node) conns(text string, count int) error {
	for range count {
		id, err := n.dial(text)
		if err != nil {
			return err
		}
		if err := n.Network().ClosePeer(id); err != nil {
			return err
		}
	}
	return nil
}

func (n node) abort(id peer.ID) error {
	s, err := n.NewStream(context.Background(), id, echo)
	if err != nil {
		return err
	}
	s.Write(make([]byte, 1<<20))
	s.Reset()
	return n.echo(id, 1<<20)
}

func (n node) run(words []string) (any, error) {
	if words[0] == "listen" {
		return fmt.Sprintf("%s/p2p/%s", n.Addrs()[0], n.ID()), nil
	}
	if words[0] == "usage" {
		var usage syscall.Rusage
		syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
		cpu := float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
		return map[string]any{"cpu": cpu}, nil
	}
	start := time.Now()
	number := func(i int) int { value, _ := strconv.Atoi(words[i]); return value }
	if words[0] == "conns" {
		err := n.conns(words[1], number(2))
		return time.Since(start).Seconds(), err
	}
	id, err := n.dial(words[1])
	if err != nil {
		return nil, err
	}
	start = time.Now()
	switch words[0] {
	case "bulk":
		err = n.bulk(id, number(2), number(3))
	case "echo":
		err = n.echo(id, number(2))
	case "rtt":
		err = n.rtt(id, number(2))
	case "abort":
		err = n.abort(id)
	case "ping":
		if result := <-ping.Ping(context.Background(), n.Host, id); result.Error != nil {
			return nil, result.Error
		}
		agent, err := n.Peerstore().Get(id, "AgentVersion")
		return agent, err
	}
	return time.Since(start).Seconds(), err
}

func main() {
	listen := "/ip4/127.0.0.1/udp/0/quic-v1"
	h, err := libp2p.New(libp2p.ListenAddrStrings(listen), libp2p.Transport(quic.NewTransport),
		libp2p.DisableRelay(), libp2p.ResourceManager(&network.NullResourceManager{}))
	if err != nil {
		panic(err)
	}
	h.SetStreamHandler(sink, onSink)
	h.SetStreamHandler(echo, onEcho)
	lines := bufio.NewScanner(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		answer, err := node{h}.run(strings.Fields(lines.Text()))
		if err != nil {
			out.Encode(map[string]any{"error": err.Error()})
		} else {
			out.Encode(map[string]any{"ok": answer})
		}
	}
}
