export { default } from './waku/relay.ts'
