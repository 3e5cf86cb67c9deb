/** Stand-ins for push services, on real sockets with real TLS, that a test tells what to do. */
export * from './apns.ts'
export * from './certificate.ts'
export * from './fcm.ts'
export * from './gorush.ts'
export * from './provider-server.ts'
export * from './web-push.ts'
export * from './web-push-encryption.ts'
