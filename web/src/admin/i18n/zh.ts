export default {
  admin: {},
}
