import { createBrowserRouter, Navigate } from "react-router";
import { paths } from "@/config/paths";
import { LoginPage } from "@/features/auth/login-page";
import { RegisterPage } from "@/features/auth/register-page";
import { CrashPage, NotFoundPage } from "./fallback-pages";
import { SignedInLayout, SignedOutLayout } from "./layout";
import { pages } from "./pages";

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
            { path: paths.home, element: <Navigate to={pages[0]?.nav.to ?? paths.login} replace /> },
            ...pages.flatMap((page) => page.routes),
          ],
        },
        { path: "*", element: <NotFoundPage /> },
      ],
    },
  ]);
}
