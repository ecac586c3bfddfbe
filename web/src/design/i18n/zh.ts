export default {
  design: {
    retry: "再试一次",
    undo: "撤销",
    close: "关闭",
    problem: {
      offline: "连不上服务器。请检查网络后再试。",
      unreadable: "服务器的回答无法读取。请稍后再试。",
      fault: "服务器出错了。请稍后再试。",
      not_kept: "浏览器没有保留登录状态。请允许本站使用 Cookie 后再登录。",
    },
  },
}
