import type { Crypto } from '../../src/ports/index.ts'
import {
  type Envelope,
  hashedPublicKey,
  messageTypes,
  openAsymmetric,
  openBox,
  openEnvelope,
  readRequest,
  registrationCodec,
} from '../../src/protocol/index.ts'
import { BenchError } from '../bench.ts'
import type { OwnTopics } from './clients.ts'
import { handleRegistration, handleRequest } from './core.ts'
import type { Device, Job } from './job.ts'

/** Makes jobs of the payloads of a load file. Throws a BenchError for one that is not what it stands for. */
export interface Recorded {
  registration(payload: Uint8Array, index: number): { readonly device: Device; readonly job: Job }
  request(payload: Uint8Array, index: number, device: Device): Job
}

/** `crypto` holds the server's key, which the load file gives away. */
export const createRecorded = (crypto: Crypto, own: OwnTopics): Recorded => {
  const open = (payload: Uint8Array, type: number, what: string): Envelope => {
    const frame = openAsymmetric(crypto, crypto.identity, payload)
    const envelope = frame && openEnvelope(crypto, frame.data)
    if (envelope?.type === type) return envelope
    const wrong = envelope === undefined ? 'does not open with its serverPrivateKey' : 'is a message of another type'
    throw new BenchError(`The load file does not fit: ${what} ${wrong}.`)
  }

  return {
    registration: (payload, index) => {
      const what = `registration ${index}`
      const { sender, body } = open(payload, messageTypes.registration, what)
      const key = crypto.identity.sharedSecret(sender)
      const content = key && openBox(crypto, key, body)
      const message = content && registrationCodec.decode(content)
      const owner = hashedPublicKey(crypto, sender)
      if (message === undefined || owner === undefined)
        throw new BenchError(`The load file does not fit: ${what} holds no registration.`)
      const job = {
        topic: own.personal,
        payload,
        pushes: 0,
        core: (core: Crypto) => handleRegistration(core, payload),
      }
      return { device: { owner, message }, job }
    },

    request: (payload, index, device) => {
      const what = `request ${index}`
      const request = readRequest(open(payload, messageTypes.request, what).body)
      if (request === undefined) throw new BenchError(`The load file does not fit: ${what} holds no request.`)
      return {
        topic: own.partitioned,
        payload,
        pushes: request.requests.length,
        core: (core) => handleRequest(core, payload, device),
      }
    },
  }
}
