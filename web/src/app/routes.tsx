import { createBrowserRouter, Navigate } from "react-router";
import { paths } from "@/config/paths";
import { LoginPage } from "@/features/auth/login-page";
import { RegisterPage } from "@/features/auth/register-page";
import { ConversationsPage } from "@/features/conversations/conversations-page";
import { EmbedPage } from "@/features/creators/embed-page";
import { KnowledgePage } from "@/features/knowledge/knowledge-page";
import { CrashPage, NotFoundPage } from "./fallback-pages";
import { SignedInLayout, SignedOutLayout } from "./layout";

/** Routes only bind pages to paths. */
export function createAppRouter() {
  return createBrowserRouter([
    {
      errorElement: <CrashPage />,
      children: [
        {
          element: <SignedOutLayout />,
          children: [
            { path: paths.login, element: <LoginPage /> },
            { path: paths.register, element: <RegisterPage /> },
          ],
        },
        {
          element: <SignedInLayout />,
          children: [
            { path: paths.home, element: <Navigate to={paths.knowledge} replace /> },
            { path: paths.knowledge, element: <KnowledgePage /> },
            { path: paths.conversations, element: <ConversationsPage /> },
            { path: paths.conversation(":conversationId"), element: <ConversationsPage /> },
            { path: paths.embed, element: <EmbedPage /> },
          ],
        },
        { path: "*", element: <NotFoundPage /> },
      ],
    },
  ]);
}
