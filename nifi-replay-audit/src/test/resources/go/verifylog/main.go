// Licensed under the Apache License, Version 2.0 (the "License");
// you may not use this file except in compliance with the License.
// You may obtain a copy of the License at
//
//     http://www.apache.org/licenses/LICENSE-2.0
//
// Unless required by applicable law or agreed to in writing, software
// distributed under the License is distributed on an "AS IS" BASIS,
// WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
// See the License for the specific language governing permissions and
// limitations under the License.

// verifylog verifies a log with golang.org/x/mod/sumdb, which shares no line with NiFi Replay.
//
//	verifylog DIRECTORY VKEY [CHECKPOINT...]
//
// note opens the checkpoint, tlog authenticates every tile against its root, every entry against its tile, proves entries to be
// in the tree, and the tree to go on from each older checkpoint. Two parts are by hand, since C2SP's formats came later: the
// three lines of a checkpoint, whose origin tlog's own parser does not allow, and the paths of tiles, which carry no height.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height = 8
	width  = 1 << height
)

func main() {
	if len(os.Args) < 3 {
		fail(fmt.Errorf("usage: verifylog DIRECTORY VKEY [CHECKPOINT...]"))
	}
	size, err := verify(os.Args[1], os.Args[2], os.Args[3:])
	if err != nil {
		fail(err)
	}
	fmt.Printf("verified %d entries\n", size)
}

func fail(err error) {
	fmt.Println(err)
	os.Exit(1)
}

func verify(directory, vkey string, older []string) (int64, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return 0, err
	}
	tree, err := checkpoint(filepath.Join(directory, "checkpoint"), verifier)
	if err != nil {
		return 0, err
	}
	if tree.N == 0 {
		return 0, nil
	}
	hashes := tlog.TileHashReader(tree, files(directory))
	if err := entries(directory, tree, hashes); err != nil {
		return 0, err
	}
	if err := inclusion(tree, hashes); err != nil {
		return 0, err
	}
	for _, file := range older {
		before, err := checkpoint(file, verifier)
		if err != nil {
			return 0, err
		}
		if before.N == 0 {
			continue
		}
		if before.N > tree.N {
			return 0, fmt.Errorf("%s has %d entries, the log %d", file, before.N, tree.N)
		}
		proof, err := tlog.ProveTree(tree.N, before.N, hashes)
		if err != nil {
			return 0, err
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, before.N, before.Hash); err != nil {
			return 0, fmt.Errorf("%s: %v", file, err)
		}
	}
	return tree.N, nil
}

func checkpoint(file string, verifier note.Verifier) (tlog.Tree, error) {
	message, err := os.ReadFile(file)
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(message, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() || lines[3] != "" {
		return tlog.Tree{}, fmt.Errorf("%s: these are not the three lines of a checkpoint", file)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tlog.Tree{}, fmt.Errorf("%s: '%s' is no root", file, lines[2])
	}
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	return tree, nil
}

// files reads tiles from a directory.
type files string

func (directory files) Height() int { return height }

func (directory files) SaveTiles([]tlog.Tile, [][]byte) {}

func (directory files) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := os.ReadFile(filepath.Join(string(directory), path(strconv.Itoa(tile.L), tile.N, tile.W)))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

// path is where tlog-tiles puts a tile or an entry bundle.
func path(level string, index int64, wide int) string {
	name := fmt.Sprintf("%03d", index%1000)
	for index >= 1000 {
		index /= 1000
		name = fmt.Sprintf("x%03d/%s", index%1000, name)
	}
	if wide < width {
		name = fmt.Sprintf("%s.p/%d", name, wide)
	}
	return "tile/" + level + "/" + name
}

// entries hashes all entries and compares them with hashes that are authenticated by the checkpoint.
func entries(directory string, tree tlog.Tree, hashes tlog.HashReader) error {
	for first := int64(0); first < tree.N; first += width {
		wide := int64(width)
		if tree.N-first < wide {
			wide = tree.N - first
		}
		data, err := os.ReadFile(filepath.Join(directory, path("entries", first/width, int(wide))))
		if err != nil {
			return err
		}
		var indexes []int64
		for i := int64(0); i < wide; i++ {
			indexes = append(indexes, tlog.StoredHashIndex(0, first+i))
		}
		wanted, err := hashes.ReadHashes(indexes)
		if err != nil {
			return err
		}
		for i := int64(0); i < wide; i++ {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
				return fmt.Errorf("the bundle %d ends within an entry", first/width)
			}
			length := 2 + int(binary.BigEndian.Uint16(data))
			if tlog.RecordHash(data[2:length]) != wanted[i] {
				return fmt.Errorf("the entry %d does not fit", first+i)
			}
			data = data[length:]
		}
		if len(data) > 0 {
			return fmt.Errorf("something follows the entries of the bundle %d", first/width)
		}
	}
	return nil
}

// inclusion proves some entries to be in the tree, the first and the last among them.
func inclusion(tree tlog.Tree, hashes tlog.HashReader) error {
	for index := int64(0); index < tree.N; index += 1 + tree.N/50 {
		if err := included(tree, hashes, index); err != nil {
			return err
		}
	}
	return included(tree, hashes, tree.N-1)
}

func included(tree tlog.Tree, hashes tlog.HashReader, index int64) error {
	leaf, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
	if err != nil {
		return err
	}
	proof, err := tlog.ProveRecord(tree.N, index, hashes)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaf[0])
}
