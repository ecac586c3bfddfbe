export default {
  design: {
    retry: "Try again",
    undo: "Undo",
    close: "Close",
    problem: {
      offline: "The server cannot be reached. Check your network and try again.",
      unreadable: "The server's answer could not be read. Please try again later.",
      fault: "Something went wrong on the server. Please try again later.",
      not_kept: "The browser did not keep the sign-in. Allow cookies for this site and sign in again.",
    },
  },
}
