/** The only place with route paths. */
export const paths = {
  login: "/login",
  register: "/register",
  knowledge: "/knowledge",
  conversations: "/conversations",
  conversation: (id: string) => `/conversations/${id}`,
  embed: "/embed",
  home: "/",
} as const;
