import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { StartError } from '../../../src/ports/index.ts'

const fileName = 'waku-peer.key'

const read = async (path: string): Promise<Uint8Array | undefined> => {
  try {
    return await readFile(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    const mend = 'give the gateway’s user the right to read it, or remove it to get a new peer id'
    throw new StartError([{ setting: path, wrong: `the file cannot be read (${code})`, mend }])
  }
}

const write = async (path: string, bytes: Uint8Array): Promise<void> => {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

// The casts: the key library is typed against a newer interface than libp2p 2, and is what libp2p 2 itself runs on.

/**
 * The key of our libp2p peer id, kept in `dataDir` so that our multiaddr stays the same. It says who carries messages, not
 * who the gateway is: that is another key. Throws a StartError for a file that holds no key.
 */
export const loadPeerKey = async (dataDir: string): Promise<PrivateKey> => {
  const path = join(dataDir, fileName)
  const kept = await read(path)
  if (kept === undefined) {
    const fresh = await generateKeyPair('Ed25519')
    await write(path, privateKeyToProtobuf(fresh))
    return fresh as PrivateKey
  }
  try {
    return privateKeyFromProtobuf(kept) as PrivateKey
  } catch {
    throw new StartError([
      {
        setting: path,
        wrong: 'the file holds no peer key',
        mend: 'put its backup back, or remove it to get a new peer id',
      },
    ])
  }
}
