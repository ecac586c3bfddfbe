export default {
  people: {
    sign_in: { name: "Sign in" },
  },
}
