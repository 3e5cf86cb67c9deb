export { default } from './waku/light/plugin.ts'
