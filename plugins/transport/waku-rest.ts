export { default } from './waku/rest/rest.ts'
