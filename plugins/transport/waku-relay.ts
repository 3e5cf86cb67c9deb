export { default } from './waku/relay/relay.ts'
