export default {
  people: {
    sign_in: { name: "登录" },
  },
}
